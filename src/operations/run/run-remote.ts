import type { Event, Mode, Report } from '../../core/events.ts';
import type { Execution } from '../../core/execution.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { HistoryEntry } from '../../core/history.ts';
import type { RunReport } from '../../core/run-report.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { ensureSession, type SessionWish } from '../sessions/ensure-session.ts';
import { holdOpen } from '../sessions/hold-open.ts';
import { Mask } from './mask.ts';
import { type Receipt, startReceipt } from './receipt.ts';
import { type Ended, startRecording } from './recording.ts';

export interface RunRequest {
  readonly mode: Mode;
  readonly code: string;
  /** Milliseconds; null for none. */
  readonly timeout: number | null;
  readonly env: Readonly<Record<string, string>>;
  /** Values that may be used and never shown, by name. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly session: SessionWish;
  readonly folder: string | null;
  /** A local folder that is synced first; the run is then in that folder on the runtime. */
  readonly sync?: string;
  /** The command gets a terminal instead of pipes. */
  readonly terminal: boolean;
  /** False where stdin was the code, or is a terminal that stays ours. */
  readonly forwardInput: boolean;
  /** Bytes of output kept in the report; null for all. */
  readonly maxOutput: number | null;
  readonly outputDir: string | null;
  /** Whether to say at the end what the run cost. */
  readonly receipt: boolean;
  /** The kernel was made for this run and goes with it, so that nothing in it is kept. */
  readonly ownKernel?: boolean;
}

export interface RunContext {
  readonly request: RunRequest;
  readonly execution: string;
  readonly services: Services;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Runs code or a command on a session's runtime, says what became of it, and records it, also when it never reached
 * the runtime. Throws only `usage` failures, which are recorded nowhere.
 */
export async function runRemote(
  request: RunRequest,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<RunReport> {
  const execution = services.host.uuid();
  const mask = new Mask(request.secrets.values());
  const recording = await startRecording(request, execution, services, report);
  const masked = mask.report(recording.report);
  let session: Session | null = null;
  let receipt: Receipt | null = null;
  let ended: Ended;
  try {
    session = await ensureSession(request.session, services, report, signal);
    const letGo = holdOpen(session, services, report, signal);
    if (request.receipt) receipt = startReceipt(session, services, signal);
    const live = await execute({ request, execution, services, report: masked.report, signal }, session).finally(letGo);
    ended = { ...live, outcome: mask.outcome(live.outcome) };
  } catch (error) {
    if (!(error instanceof Failure) || isFailure(error, 'usage')) throw error;
    ended = error;
  }
  await masked.flush();
  const { run, failure } = await recording.finish(ended);
  if (failure) await report(failureEvent(ended, failure));
  await receipt?.print(report);
  await remember(mask.deep(entry(run, { execution, request, session })), services, report);
  services.log.write('info', request.mode === 'kernel' ? 'kernel' : 'shell', 'run ended', {
    execution,
    session: session?.name ?? null,
    status: run.status,
    code: failure?.spec.code ?? 0,
    duration: run.timing.duration,
  });
  return run;
}

async function execute(context: RunContext, session: Session): Promise<Execution> {
  if (context.request.mode === 'kernel') return (await import('./run-code.ts')).runCode(context, session);
  return (await import('./run-shell.ts')).runShell(context, session);
}

export function failureEvent(ended: Ended, { facts, message, spec }: Failure): Event {
  const traceback = ended instanceof Failure || !('traceback' in ended.outcome) ? [] : ended.outcome.traceback;
  return { type: 'error', name: facts.name ?? spec.title, message, traceback, hints: facts.hints ?? [] };
}

/** A history that cannot be written must not cost the result. */
export async function remember(line: HistoryEntry, { history }: Services, report: Report): Promise<void> {
  try {
    await history.append(line);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await report({ type: 'warning', text: `this run is not in the history: ${error.message}` });
  }
}

interface Origin {
  readonly execution: string;
  readonly request: RunRequest;
  readonly session: Session | null;
}

export function entry(run: RunReport, { execution, request, session }: Origin): HistoryEntry {
  const source = request.mode === 'kernel' ? { code: request.code } : { command: request.code };
  const timestamp = run.timing.startedAt;
  return { id: execution, timestamp, mode: request.mode, session: session?.name ?? null, ...source, ...run };
}
