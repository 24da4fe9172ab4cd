import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { NotebookReport } from '../../core/notebook-run.ts';
import type { RunReport } from '../../core/run-report.ts';
import type { RunCommandInput } from '../run/run-command.ts';
import { runNotebookCommand } from './run-notebook-command.ts';

/** A run object of all cells together, and the notebook's own report. */
export interface NotebookRunReport extends RunReport {
  readonly notebook: NotebookReport;
}

/** `run -f x.ipynb`: what `notebook run` does, told as a run. */
export async function runNotebookFile(
  file: string,
  input: RunCommandInput,
  context: CommandContext,
): Promise<NotebookRunReport> {
  refuseOthers(input);
  const { host } = context.services;
  const [startedAt, began] = [host.now().toISOString(), host.monotonic()];
  const cells: RunReport[] = [];
  const options = { ...input, ...PLAIN };
  const notebook = await runNotebookCommand(file, options, context, run => cells.push(run));
  const duration = Math.round(host.monotonic() - began);
  const timing = { startedAt, completedAt: host.now().toISOString(), duration, duration_ms: duration };
  return { ...together(cells, notebook), timing, notebook };
}

const PLAIN = {
  param: [],
  params: null,
  output: null,
  inPlace: false,
  newKernel: false,
  resume: false,
  only: null,
  totalTimeout: undefined,
  allowErrors: false,
  consent: false,
} as const;

function refuseOthers({ code, tty, folder, sync, maxOutput }: RunCommandInput): void {
  if (code !== null) throw new Failure('usage', 'code was given twice: as words and as a file');
  if (tty || folder !== null)
    throw new Failure('usage', `\`${tty ? '--tty' : '--folder'}\` is for shell commands, not for a notebook`);
  if (sync !== undefined)
    throw new Failure('usage', '`--sync` is for shell commands, not for a notebook', {
      hints: ['sync first: `lecoder-cgpu sync <folder>`'],
    });
  if (maxOutput !== null)
    throw new Failure('usage', '`--max-output` is not for a notebook: it holds the whole output itself');
}

function together(cells: readonly RunReport[], notebook: NotebookReport): Omit<RunReport, 'timing'> {
  const last = cells.at(-1);
  const { error, errorCode, status } = notebook;
  return {
    success: status === 'ok',
    status,
    errorCode,
    result: last?.result ?? null,
    stdout: cells.map(({ stdout }) => stdout).join(''),
    stderr: cells.map(({ stderr }) => stderr).join(''),
    executionTime: Math.round(cells.reduce((sum, { executionTime }) => sum + executionTime * 1000, 0)) / 1000,
    exitCode: error === undefined ? 0 : last?.exitCode || error.exit,
    execution_count: last?.execution_count ?? null,
    display_data: cells.flatMap(({ display_data }) => display_data),
    truncated: cells.some(({ truncated }) => truncated),
    ...(error === undefined ? {} : { error }),
  };
}
