import type { CommandContext } from '../../core/command.ts';
import { errorReport } from '../../core/error-report.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type {
  BatchRun,
  BatchStatus,
  NotebookBatchReport,
  NotebookBatchRequest,
  PlannedRun,
} from '../../core/notebook-batch.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { parametersObject } from '../../notebook/parameters.ts';
import { startReceipt } from '../run/receipt.ts';
import { runReporter } from '../run/run-reporter.ts';
import { findSession } from '../sessions/choose-session.ts';
import { ensureSession } from '../sessions/ensure-session.ts';
import { exportAfterRun } from './export-after-run.ts';

/**
 * Runs notebooks, each in a kernel of its own, some at once. One that fails stops no other, unless that is asked for; an
 * interruption stops all, and what is done is kept. Throws only what stands in the way of all: `usage`, no machine.
 */
export async function runNotebooks(
  request: NotebookBatchRequest,
  context: CommandContext,
): Promise<NotebookBatchReport> {
  const { host } = context.services;
  const started = host.monotonic();
  const sessions = await sessionsFor(request, context);
  const receipt = request.receipt && sessions[0] ? startReceipt(sessions[0], context.services, context.signal) : null;
  const runs = await new Batch(request, sessions, context).finish();
  await receipt?.print(context.report);
  const counts: Record<BatchStatus, number> = { ok: 0, error: 0, abort: 0, pending: 0 };
  for (const { status } of runs) counts[status] += 1;
  const { parallel } = request;
  const interrupted = context.signal.aborted;
  return { runs, counts, parallel, interrupted, duration: Math.round(host.monotonic() - started) };
}

/** A machine that has to be made is made once, before any run. */
async function sessionsFor(
  { runs, sessions }: NotebookBatchRequest,
  { services, report, signal }: CommandContext,
): Promise<readonly Session[]> {
  if (sessions.length > 0) return sessions.map(name => findSession(services.sessions.read(), name));
  const [first] = runs;
  if (first === undefined) throw new Failure('usage', 'there is no notebook to run');
  return [await ensureSession({ runtime: first.request.runtime, name: null }, services, report, signal)];
}

class Batch {
  readonly #request: NotebookBatchRequest;
  readonly #sessions: readonly Session[];
  readonly #context: CommandContext;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #done = new Map<PlannedRun, BatchRun>();
  #next = 0;

  constructor(request: NotebookBatchRequest, sessions: readonly Session[], context: CommandContext) {
    this.#request = request;
    this.#sessions = sessions;
    this.#context = context;
    this.#signal = AbortSignal.any([context.signal, this.#stop.signal]);
  }

  async finish(): Promise<readonly BatchRun[]> {
    const { runs, parallel } = this.#request;
    const workers = Array.from({ length: Math.min(parallel, runs.length) }, (_, index) => this.#work(index));
    const ended = await Promise.allSettled(workers);
    const broken = ended.find(result => result.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    return runs.map(run => this.#done.get(run) ?? neverBegan(run));
  }

  /** Takes one run after the other, always on the same session. */
  async #work(index: number): Promise<void> {
    const session = this.#sessions[index % this.#sessions.length];
    for (;;) {
      const number = this.#next;
      const run = this.#request.runs[number];
      if (run === undefined || session === undefined || this.#signal.aborted) return;
      this.#next += 1;
      const done = await this.#one(run, number, session);
      this.#done.set(run, done);
      if (this.#request.failFast && done.status === 'error')
        this.#stop.abort(new Failure('interrupted', `stopped, because ${run.name} failed`));
    }
  }

  async #one(run: PlannedRun, number: number, session: Session): Promise<BatchRun> {
    const { services, report } = this.#context;
    const started = services.host.monotonic();
    const { runs, parallel } = this.#request;
    const place = { number: number + 1, total: runs.length, alone: parallel === 1 };
    const reporter = runReporter(run.name, place, report, services.flags);
    await reporter.begin();
    const { runNotebook } = await import('./run-notebook.ts');
    const own = { services: on(session, services), report: reporter.report, signal: this.#signal };
    try {
      const ran = await runNotebook({ ...run.request, kernel: 'new' }, own);
      const pages = run.exports.length === 0 ? {} : await exportAfterRun(ran.output, run.exports, own);
      return { ...ran, ...pages, name: run.name, exit: ran.error?.exit ?? 0 };
    } catch (error) {
      const failure = this.#asFailure(error);
      await reporter.failed(failure);
      return failed(run, failure, session, Math.round(services.host.monotonic() - started));
    } finally {
      await reporter.end();
    }
  }

  /** A fault of ours is no run's alone, and ends all. */
  #asFailure(error: unknown): Failure {
    if (isFailure(error)) return error;
    const { reason, aborted } = this.#signal;
    if (!aborted) throw error;
    return isFailure(reason) ? reason : new Failure('interrupted', 'interrupted');
  }
}

/** By name: these sessions are meant, whichever is the active one by now. */
function on(session: Session, services: Services): Services {
  return { ...services, flags: { ...services.flags, session: session.id } };
}

const NOTHING = { errorCode: 0, cells: [], failed: null, counts: { ran: 0, kept: 0, skipped: 0, failed: 0 } } as const;

function failed({ name, request }: PlannedRun, failure: Failure, session: Session, duration: number): BatchRun {
  return {
    ...NOTHING,
    ...placesOf(request),
    name,
    status: failure.kind === 'interrupted' ? 'abort' : 'error',
    session: session.name,
    duration,
    exit: failure.spec.exit,
    errorCode: failure.spec.errorCode,
    error: errorReport(failure),
  };
}

function neverBegan({ name, request }: PlannedRun): BatchRun {
  return { ...NOTHING, ...placesOf(request), name, status: 'pending', session: null, duration: 0, exit: null };
}

function placesOf({ source, output, parameters }: PlannedRun['request']) {
  const input = source.kind === 'file' ? source.path : source.id;
  return { input, output, parameters: parametersObject(parameters) };
}
