import type { Report } from '../../core/events.ts';
import type { Cell } from '../../core/execution.ts';
import { Failure } from '../../core/failure.ts';
import type { HistoryEntry } from '../../core/history.ts';
import type { NotebookRunRequest } from '../../core/notebook-run.ts';
import type { RunReport } from '../../core/run-report.ts';
import type { Services } from '../../core/services.ts';
import { durationText } from '../../util/time.ts';
import type { Mask } from '../run/mask.ts';
import { type Ended, startRecording } from '../run/recording.ts';
import { answerFrom, environment, kernelControl } from '../run/run-code.ts';
import { entry, failureEvent, type RunRequest } from '../run/run-remote.ts';
import { colabAnswers } from '../sessions/colab-answers.ts';
import { lossOfMachine } from '../sessions/lost-machine.ts';
import type { OpenKernel } from '../sessions/open-kernel.ts';

export interface CellContext {
  readonly request: NotebookRunRequest;
  readonly live: OpenKernel;
  /** The kernel was made for this run and goes with it. */
  readonly ownKernel: boolean;
  readonly mask: Mask;
  readonly services: Services;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** The end of the whole run on the clock of `Host.monotonic`; null for none. */
  readonly deadline: number | null;
}

export interface CellRun {
  readonly run: RunReport;
  readonly failure: Failure | null;
  /** The code itself raised what it ended with; it was not stopped from outside. */
  readonly raised: boolean;
  /** The kernel was restarted or is gone, and its variables with it. */
  readonly kernelLost: boolean;
  readonly entry: HistoryEntry;
}

/** One cell of a notebook over the link that all of them share. Never throws what ends a cell: it is in the result. */
export async function runNotebookCell(code: string, context: CellContext): Promise<CellRun> {
  const { request, live, mask, services, report } = context;
  const execution = services.host.uuid();
  const limit = limitFor(context);
  const asked = { ...cellRequest(request, code, limit.timeout), ownKernel: context.ownKernel };
  const recording = await startRecording(asked, execution, services, report);
  const masked = mask.report(recording.report);
  void masked.report({ type: 'started', execution, session: live.session.name, mode: 'kernel' });
  const { ended, kernelLost } = await execute(asked, { ...context, report: masked.report }, limit.total);
  await masked.flush();
  const { run, failure } = await recording.finish(ended);
  if (failure) await report(failureEvent(ended, failure));
  const raised = !(ended instanceof Failure) && ['exception', 'interrupted'].includes(ended.outcome.kind);
  return { run, failure, raised, kernelLost, entry: entry(run, { execution, request: asked, session: live.session }) };
}

interface Execution {
  readonly ended: Ended;
  readonly kernelLost: boolean;
}

async function execute(asked: RunRequest, context: CellContext, total: boolean): Promise<Execution> {
  const { live, mask, request, services, report, signal } = context;
  const cell: Cell = {
    code: asked.code,
    timeout: asked.timeout,
    env: environment(request, live.session),
    answer: answerFrom(services),
    colab: colabAnswers(live.session, request.secrets, services),
  };
  try {
    const executor = await services.executor();
    const execution = await executor(live.link, cell, kernelControl(live, services), report, signal);
    const { outcome } = execution;
    if (outcome.kind === 'timeout' && total)
      return { ended: overallLimit(context, outcome.restarted), kernelLost: outcome.restarted };
    const ended = { ...execution, outcome: mask.outcome(outcome) };
    if (outcome.kind !== 'died') return { ended, kernelLost: outcome.kind === 'timeout' && outcome.restarted };
    return { ended: (await lossOfMachine(live.session, services)) ?? ended, kernelLost: true };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const lost = await lossOfMachine(live.session, services);
    return { ended: lost ?? error, kernelLost: lost !== null };
  }
}

/** The shorter of the cell's limit and what is left of the run's. */
function limitFor({ request, services, deadline }: CellContext): { timeout: number | null; total: boolean } {
  const left = deadline === null ? null : Math.max(1, deadline - services.host.monotonic());
  if (left === null || (request.cellTimeout !== null && request.cellTimeout < left))
    return { timeout: request.cellTimeout, total: false };
  return { timeout: left, total: true };
}

export function overallLimit(
  { request, ownKernel }: Pick<CellContext, 'request' | 'ownKernel'>,
  restarted: boolean,
): Failure {
  const limit = durationText(request.totalTimeout ?? 0);
  const kept = ownKernel ? '' : '; the kernel and its variables are kept';
  const kernel = restarted ? '; the kernel did not react and was restarted' : kept;
  return new Failure('executionTimeout', `the notebook was stopped after ${limit} in all${kernel}`, {
    hints: ['raise `--total-timeout` (0 for no limit)'],
  });
}

function cellRequest(
  { env, secrets, runtime, outputDir }: NotebookRunRequest,
  code: string,
  timeout: number | null,
): RunRequest {
  return {
    mode: 'kernel',
    code,
    timeout,
    env,
    secrets,
    session: { runtime, name: null },
    folder: null,
    terminal: false,
    forwardInput: false,
    maxOutput: null,
    outputDir,
    receipt: false,
  };
}
