import type { Event, Mode, Report } from '../core/events.ts';
import type { Execution, Outcome } from '../core/execution.ts';
import { Failure, isFailure } from '../core/failure.ts';
import type { HistoryEntry } from '../core/history.ts';
import type { RunReport } from '../core/run-report.ts';
import type { Services } from '../core/services.ts';
import type { Session } from '../core/session.ts';
import { diagnose } from './diagnose-error.ts';
import { ensureSession, type SessionWish } from './ensure-session.ts';
import { errorReport } from './error-report.ts';
import { Transcript } from './transcript.ts';

export interface RunRequest {
  readonly mode: Mode;
  readonly code: string;
  /** Milliseconds; null for none. */
  readonly timeout: number | null;
  readonly env: Readonly<Record<string, string>>;
  readonly session: SessionWish;
  readonly folder: string | null;
  readonly terminal: boolean;
  /** False where stdin was the code, or is a terminal that stays ours. */
  readonly forwardInput: boolean;
  /** Bytes of output kept in the report; null for all. */
  readonly maxOutput: number | null;
  readonly outputDir: string | null;
}

export interface RunContext {
  readonly request: RunRequest;
  readonly execution: string;
  readonly services: Services;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Runs code or a command on a session's runtime, whatever happens to it records it, and reports what happened. */
export async function runRemote(
  request: RunRequest,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<RunReport> {
  const { host } = services;
  const execution = host.uuid();
  const started = { date: host.now(), at: host.monotonic() };
  let begun = started.at;
  const transcript = await transcriptFor(request, execution, services);
  const record = recordingReport(transcript, report, await imageSaver(request, execution, services, report));
  const recording: Report = event => {
    if (event.type === 'started') begun = host.monotonic();
    return record(event);
  };
  let session: Session | null = null;
  let ended: Execution | Failure;
  try {
    session = await ensureSession(request.session, services, report, signal);
    const context = { request, execution, services, report: recording, signal };
    ended = await execute(context, session);
  } catch (error) {
    if (!(error instanceof Failure) || isFailure(error, 'usage')) throw error;
    ended = error;
  }
  const done = host.monotonic();
  const duration = Math.round(done - started.at);
  const timing = {
    startedAt: started.date.toISOString(),
    completedAt: host.now().toISOString(),
    duration,
    duration_ms: duration,
  };
  const whole = await transcript.finish();
  const failure =
    ended instanceof Failure
      ? ended
      : diagnose(ended.outcome, {
          mode: request.mode,
          code: request.code,
          stderrTail: whole.stderr.slice(-4000),
          stdoutTail: whole.stdout.slice(-4000),
          durationMs: duration,
        });
  const run: RunReport = {
    success: failure === null,
    status: failure === null ? 'ok' : failure.kind === 'interrupted' ? 'abort' : 'error',
    errorCode: failure?.spec.errorCode ?? 0,
    ...whole,
    executionTime: Math.round(done - begun) / 1000,
    exitCode: ended instanceof Failure ? (failure?.spec.exit ?? 1) : remoteStatus(ended.outcome),
    execution_count: ended instanceof Failure ? null : ended.executionCount,
    timing,
    ...(failure ? { error: errorReport(failure) } : {}),
  };
  if (failure) await report(failureEvent(ended, failure));
  await remember(entry(run, { execution, request, session }), services, report);
  services.log.write('info', request.mode === 'kernel' ? 'kernel' : 'shell', 'run ended', {
    execution,
    session: session?.name ?? null,
    status: run.status,
    code: failure?.spec.code ?? 0,
    duration,
  });
  return run;
}

async function execute(context: RunContext, session: Session): Promise<Execution> {
  if (context.request.mode === 'kernel') return (await import('./run-code.ts')).runCode(context, session);
  return (await import('./run-shell.ts')).runShell(context, session);
}

/** Everything that happens also goes into the transcript; images are saved where the user asked for it. */
function recordingReport(
  transcript: Transcript,
  report: Report,
  save: ((event: Event) => Promise<void>) | null,
): Report {
  return event => {
    const kept = transcript.take(event);
    const saved = save?.(event);
    const shown = report(event);
    return kept || saved || shown ? Promise.all([kept, saved, shown]).then(() => undefined) : undefined;
  };
}

/** What is only streamed to a reader need not be kept whole: the history holds its ends. */
async function transcriptFor(request: RunRequest, execution: string, { host, flags }: Services): Promise<Transcript> {
  const keep = flags.json || flags.jsonLines ? 'all' : 'ends';
  if (request.maxOutput === null || keep === 'ends') return new Transcript({ maxOutput: null, openFile: null, keep });
  const { outputFile } = await import('./output-file.ts');
  return new Transcript({ maxOutput: request.maxOutput, openFile: () => outputFile(host, execution), keep });
}

async function imageSaver(
  request: RunRequest,
  execution: string,
  { host }: Services,
  report: Report,
): Promise<((event: Event) => Promise<void>) | null> {
  if (request.outputDir === null) return null;
  const { ImageSaver } = await import('./save-images.ts');
  const saver = new ImageSaver(host, { folder: request.outputDir, execution, report });
  return event => saver.take(event);
}

function remoteStatus(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'ok':
      return 0;
    case 'exit':
      return outcome.status;
    case 'interrupted':
      return 130;
    case 'timeout':
      return 124;
    case 'died':
      return outcome.outOfMemory ? 137 : 1;
    case 'exception':
      return 1;
  }
}

function failureEvent(ended: Execution | Failure, failure: Failure): Event {
  const traceback = ended instanceof Failure || !('traceback' in ended.outcome) ? [] : ended.outcome.traceback;
  const { facts, message } = failure;
  return { type: 'error', name: facts.name ?? failure.spec.title, message, traceback, hints: facts.hints ?? [] };
}

/** A history that cannot be written must not cost the result. */
async function remember(line: HistoryEntry, { history }: Services, report: Report): Promise<void> {
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

function entry(run: RunReport, { execution, request, session }: Origin): HistoryEntry {
  const source = request.mode === 'kernel' ? { code: request.code } : { command: request.code };
  return {
    id: execution,
    timestamp: run.timing.startedAt,
    mode: request.mode,
    session: session?.name ?? null,
    ...source,
    ...run,
  };
}
