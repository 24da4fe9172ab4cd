import { errorReport } from '../../core/error-report.ts';
import type { Event, Report } from '../../core/events.ts';
import type { Execution, Outcome } from '../../core/execution.ts';
import { Failure } from '../../core/failure.ts';
import type { RunReport, Timing } from '../../core/run-report.ts';
import type { Services } from '../../core/services.ts';
import { diagnose } from './diagnose-error.ts';
import type { RunRequest } from './run-remote.ts';
import type { ImageSaver } from './save-images.ts';
import { Transcript } from './transcript.ts';

/** Characters of output that are looked through for the cause of a failure. */
const TAIL = 4000;

/** How a run ended: remotely, or before or beside that by a failure of ours. */
export type Ended = Execution | Failure;

/** Listens to a run and says in the end what became of it. */
export class Recording {
  /** Passes everything on, and keeps what the report needs. */
  readonly report: Report;
  readonly #services: Services;
  readonly #request: RunRequest;
  readonly #transcript: Transcript;
  readonly #images: ImageSaver | null;
  readonly #started: { readonly date: Date; readonly at: number };
  #begun: number;

  constructor(
    request: RunRequest,
    services: Services,
    tools: { report: Report; transcript: Transcript; images: ImageSaver | null },
  ) {
    this.#request = request;
    this.#services = services;
    this.#transcript = tools.transcript;
    this.#images = tools.images;
    this.#started = { date: services.host.now(), at: services.host.monotonic() };
    this.#begun = this.#started.at;
    this.report = event => {
      const kept = this.#take(event);
      const shown = tools.report(event);
      return kept && shown ? Promise.all([kept, shown]).then(() => undefined) : (kept ?? shown);
    };
  }

  /** The run object, and the failure in it when there is one. */
  async finish(ended: Ended): Promise<{ run: RunReport; failure: Failure | null }> {
    const done = this.#services.host.monotonic();
    const timing = this.#timing(done);
    await this.#images?.saved();
    const whole = await this.#transcript.finish();
    const failure = ended instanceof Failure ? ended : this.#diagnose(ended.outcome, whole, timing.duration);
    const run: RunReport = {
      success: failure === null,
      status: failure === null ? 'ok' : failure.kind === 'interrupted' ? 'abort' : 'error',
      errorCode: failure?.spec.errorCode ?? 0,
      ...whole,
      executionTime: Math.round(done - this.#begun) / 1000,
      exitCode: ended instanceof Failure ? ended.spec.exit : remoteStatus(ended.outcome),
      execution_count: ended instanceof Failure ? null : ended.executionCount,
      timing,
      ...(failure ? { error: errorReport(failure) } : {}),
    };
    return { run, failure };
  }

  #take(event: Event): void | Promise<void> {
    if (event.type === 'started') this.#begun = this.#services.host.monotonic();
    this.#images?.take(event);
    // What a person did in a terminal was seen there; it is no output of a program.
    if (this.#request.terminal && this.#services.host.stdout.isTerminal) return;
    return this.#transcript.take(event);
  }

  #diagnose(outcome: Outcome, { stdout, stderr }: Pick<RunReport, 'stdout' | 'stderr'>, durationMs: number) {
    const { mode, code, ownKernel = false } = this.#request;
    return diagnose(outcome, {
      mode,
      code,
      stderrTail: stderr.slice(-TAIL),
      stdoutTail: stdout.slice(-TAIL),
      durationMs,
      ownKernel,
    });
  }

  #timing(done: number): Timing {
    const duration = Math.round(done - this.#started.at);
    const [startedAt, completedAt] = [this.#started.date.toISOString(), this.#services.host.now().toISOString()];
    return { startedAt, completedAt, duration, duration_ms: duration };
  }
}

export async function startRecording(
  request: RunRequest,
  execution: string,
  services: Services,
  report: Report,
): Promise<Recording> {
  const transcript = await transcriptFor(request, execution, services);
  return new Recording(request, services, {
    report,
    transcript,
    images: await imagesFor(request, execution, services, report),
  });
}

/** What is only streamed to a reader need not be kept whole: the history holds its ends. */
async function transcriptFor(request: RunRequest, execution: string, { host, flags }: Services): Promise<Transcript> {
  const keep = flags.json || flags.jsonLines ? 'all' : 'ends';
  if (request.maxOutput === null || keep === 'ends') return new Transcript({ maxOutput: null, openFile: null, keep });
  const { outputFile } = await import('./output-file.ts');
  return new Transcript({ maxOutput: request.maxOutput, openFile: () => outputFile(host, execution), keep });
}

async function imagesFor(
  { outputDir: folder }: RunRequest,
  execution: string,
  { host }: Services,
  report: Report,
): Promise<ImageSaver | null> {
  if (folder === null) return null;
  const { ImageSaver } = await import('./save-images.ts');
  return new ImageSaver(host, { folder, execution, report });
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
