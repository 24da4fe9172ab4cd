import type { Event, JsonObject, MimeBundle } from '../../core/events.ts';
import type { RunReport } from '../../core/run-report.ts';
import { isPlain, LineCollapser } from './collapse-text.ts';
import { StreamText } from './stream-text.ts';

/** Where the whole output goes when the report may hold only its beginning. */
export interface OutputFile {
  readonly path: string;
  write(data: string | Uint8Array): void | Promise<void>;
  /** `keep` false removes it: everything fitted into the report. */
  close(keep: boolean): void | Promise<void>;
}

export interface TranscriptOptions {
  /** Bytes of each stream to keep from its beginning; null for all that a report can hold. */
  readonly maxOutput: number | null;
  /** Opened at the first output when there is a limit. It takes both streams, raw and in the order they came. */
  readonly openFile: (() => OutputFile | Promise<OutputFile>) | null;
  /** `ends` keeps no more than the history does: for runs whose output is streamed and not reported. Default `all`. */
  readonly keep?: 'all' | 'ends';
}

/** The part of the run object that comes from what the remote side sent. */
export type Transcribed = Pick<
  RunReport,
  'stdout' | 'stderr' | 'stdout_base64' | 'stderr_base64' | 'result' | 'display_data' | 'truncated' | 'outputFile'
>;

interface Display {
  readonly id: string | null;
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
}

/** Folds events into what is left to read when a run is over: as a terminal or a notebook would show it at the end. */
export class Transcript {
  readonly #options: TranscriptOptions;
  readonly #streams: Readonly<Record<'stdout' | 'stderr', StreamText>>;
  #displays: Display[] = [];
  #result: string | null = null;
  #clearBeforeNext = false;
  #lost = false;
  #file: OutputFile | Promise<OutputFile> | null = null;

  constructor(options: TranscriptOptions) {
    this.#options = options;
    this.#streams = { stdout: new StreamText(options), stderr: new StreamText(options) };
  }

  /** A promise means the output file is behind. */
  take(event: Event): void | Promise<void> {
    switch (event.type) {
      case 'output':
        this.#clearIfDue();
        this.#streams[event.stream].add(event.data);
        return this.#intoFile(event.data);
      case 'display':
        this.#clearIfDue();
        this.#show({ id: event.displayId, data: event.data, metadata: event.metadata }, event.update);
        return;
      case 'result':
        this.#clearIfDue();
        this.#keepResult(event.data, event.metadata);
        return;
      case 'clear':
        this.#clearBeforeNext = true;
        if (!event.wait) this.#clearIfDue();
        return;
      case 'truncated':
        this.#lost = true;
    }
  }

  async finish(): Promise<Transcribed> {
    const { text: stdout, base64: stdout64, truncated: outCut } = this.#streams.stdout.finish();
    const { text: stderr, base64: stderr64, truncated: errorCut } = this.#streams.stderr.finish();
    const cut = outCut || errorCut;
    const file = await this.#file;
    await file?.close(cut);
    return {
      stdout,
      stderr,
      ...(stdout64 === null ? {} : { stdout_base64: stdout64 }),
      ...(stderr64 === null ? {} : { stderr_base64: stderr64 }),
      result: this.#result,
      display_data: this.#displays.map(({ data, metadata }) => ({ data, metadata })),
      truncated: cut || this.#lost,
      ...(cut && file !== null ? { outputFile: file.path } : {}),
    };
  }

  /** An update stands in the place of every earlier display with its id; one that is not there is shown as new. */
  #show(display: Display, update: boolean): void {
    const known = update && display.id !== null && this.#displays.some(({ id }) => id === display.id);
    if (known) this.#displays = this.#displays.map(earlier => (earlier.id === display.id ? display : earlier));
    else this.#displays.push(display);
  }

  /** A result that is more than text (a table, a picture) is also display data, or its other forms would be lost. */
  #keepResult(data: MimeBundle, metadata: JsonObject): void {
    const text = data['text/plain'];
    const whole = Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : null;
    this.#result = whole === null || isPlain(whole) ? whole : collapsed(whole);
    if (Object.keys(data).some(type => type !== 'text/plain')) this.#displays.push({ id: null, data, metadata });
  }

  #clearIfDue(): void {
    if (!this.#clearBeforeNext) return;
    this.#clearBeforeNext = false;
    this.#displays = [];
    this.#streams.stdout.clear();
    this.#streams.stderr.clear();
  }

  #intoFile(data: string | Uint8Array): void | Promise<void> {
    const { maxOutput, openFile } = this.#options;
    if (maxOutput === null || openFile === null) return;
    this.#file ??= openFile();
    if (this.#file instanceof Promise) return this.#file.then(file => file.write(data));
    return this.#file.write(data);
  }
}

function collapsed(text: string): string {
  const pieces: string[] = [];
  const collapser = new LineCollapser(piece => pieces.push(piece));
  collapser.write(text);
  collapser.finish();
  return pieces.join('');
}
