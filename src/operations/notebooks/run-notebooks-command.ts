import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { NotebookBatchReport, NotebookFormat, PlannedRun } from '../../core/notebook-batch.ts';
import type { NotebookRunRequest, NotebookSource } from '../../core/notebook-run.ts';
import { injectParameters } from '../../notebook/inject-parameters.ts';
import { readNotebook } from '../../notebook/read-notebook.ts';
import { planRun } from '../../notebook/run-plan.ts';
import { recordIn } from '../../notebook/run-record.ts';
import type { BatchOptions } from './notebook-batch.ts';
import { readNotebookFile } from './notebook-file.ts';
import { type NotebookOptions, notebookSettings, notebookSource } from './notebook-request.ts';
import { planRuns } from './plan-notebooks.ts';
import { runNotebooks } from './run-notebooks.ts';

/** What `notebook run` does with several notebooks, or with a grid. Throws what `runNotebooks` and fetching from Drive throw. */
export async function runNotebooksCommand(
  notebooks: readonly string[],
  options: NotebookOptions & BatchOptions,
  formats: readonly NotebookFormat[],
  context: CommandContext,
): Promise<NotebookBatchReport> {
  refuseSingleOptions(options);
  const { work } = context.services.host.folders;
  const settings = await notebookSettings({ ...options, resume: false }, context);
  const sources: NotebookSource[] = [];
  for (const word of notebooks) sources.push(await checkedSource(word, options, context));
  const { grid, inPlace, sessions, failFast } = options;
  const outputDir = options.outputDir === null ? null : await folderAt(resolve(work, options.outputDir));
  // One receipt for all is enough, and the images of all in one folder are no use to anybody.
  const common = { ...settings, kernel: 'new' as const, receipt: false, outputDir: null };
  const planned = planRuns({ sources, grid, outputDir, inPlace, work, common, exports: formats });
  const runs = options.resume ? await Promise.all(planned.map(onlyWhatIsMissing)) : planned;
  const parallel = options.parallel ?? Math.max(1, sessions.length);
  return runNotebooks({ runs, parallel, failFast, sessions, receipt: options.receipt }, context);
}

async function folderAt(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    return path;
  } catch (error) {
    throw new Failure('permissionDenied', `cannot make the folder \`${path}\``, {
      details: String(error),
      cause: error,
    });
  }
}

function refuseSingleOptions({ output, inPlace, grid, outputDir, parallel }: NotebookOptions & BatchOptions): void {
  if (output !== null)
    throw new Failure('usage', '`--output` names one file, and there are several runs', {
      hints: ['`--output-dir` names a folder for all of them'],
    });
  if (inPlace && grid.length > 0)
    throw new Failure('usage', '`--in-place` cannot hold the results of a grid in one notebook');
  if (inPlace && outputDir !== null)
    throw new Failure('usage', '`--in-place` and `--output-dir` name two places for the results');
  if (parallel === 0) throw new Failure('usage', '`--parallel` takes 1 or more');
}

/** A slip of the pen in the last name must not show after the first has run for hours. */
async function checkedSource(
  word: string,
  { consent, inPlace }: NotebookOptions,
  context: CommandContext,
): Promise<NotebookSource> {
  const source = await notebookSource(word, consent, context);
  if (source.kind === 'drive' && inPlace)
    throw new Failure('usage', '`--in-place` is for notebooks on this machine when there are several', {
      hints: [`run \`${source.name}\` alone`],
    });
  readNotebook(await textOf(source, word), word);
  return source;
}

async function textOf(source: NotebookSource, word: string): Promise<string> {
  if (source.kind === 'drive') return source.text;
  const text = await readNotebookFile(source.path);
  if (text === null) throw new Failure('fileNotFound', `there is no file \`${word}\``);
  return text;
}

/**
 * Each run has a kernel of its own, which is gone with it: a run that was whole is kept, any other begins anew.
 */
async function onlyWhatIsMissing(run: PlannedRun): Promise<PlannedRun> {
  return (await isWhole(run.request)) ? { ...run, request: { ...run.request, start: { kind: 'resume' } } } : run;
}

async function isWhole({ source, output, parameters, only }: NotebookRunRequest): Promise<boolean> {
  const left = await readNotebookFile(output);
  if (left === null) return false;
  const former = readNotebook(left, output);
  if (recordIn(former) === null) return false;
  const whole = injectParameters(readNotebook(await textOf(source, output), output), parameters);
  return planRun(whole, former, { start: { kind: 'resume' }, only }).run.length === 0;
}
