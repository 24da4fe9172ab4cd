import type { Event, Report } from '../../core/events.ts';
import type { Outcome } from '../../core/execution.ts';

/** What stands in the place of a secret. */
export const MASK = '***';
/** Shorter values would black out half of all output, and protect nothing. */
export const SHORTEST = 4;

type Stream = 'stdout' | 'stderr';

/** Takes the values of secrets out of everything that is shown or kept, also where output is cut in the middle of one. */
export class Mask {
  readonly #values: readonly string[];
  readonly #needles: readonly Buffer[];
  readonly #longest: number;

  constructor(values: Iterable<string>) {
    // A value of several lines is also printed line by line.
    const all = [...values]
      .flatMap(value => [value, ...value.split(/\r?\n/)])
      .filter(value => value.length >= SHORTEST);
    this.#values = [...new Set(all)].sort((a, b) => b.length - a.length);
    this.#needles = this.#values.map(value => Buffer.from(value));
    this.#longest = Math.max(0, ...this.#needles.map(needle => needle.length));
  }

  get isEmpty(): boolean {
    return this.#values.length === 0;
  }

  text(text: string): string {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, MASK), text);
  }

  /** The same for every text within; structure is kept. */
  deep<T>(value: T): T {
    if (typeof value === 'string') return this.text(value) as T;
    if (Array.isArray(value)) return value.map(item => this.deep(item)) as T;
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.deep(item)])) as T;
  }

  outcome(outcome: Outcome): Outcome {
    return this.isEmpty ? outcome : this.deep(outcome);
  }

  /** Masks what goes to `report`. What may be the beginning of a secret waits for what follows; `flush` lets it go. */
  report(report: Report): { readonly report: Report; readonly flush: () => Promise<void> } {
    if (this.isEmpty) return { report, flush: async () => {} };
    const held: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
    const binary: Record<Stream, boolean> = { stdout: false, stderr: false };
    const release = (stream: Stream) => {
      const rest = held[stream];
      held[stream] = Buffer.alloc(0);
      return rest.length === 0 ? undefined : report(this.#output(stream, rest, binary[stream]));
    };
    const flush = async () => {
      await Promise.all([release('stdout'), release('stderr')]);
    };
    const masking: Report = event => {
      // At once, and not when what was held back is taken: events that come in one turn keep their order.
      if (event.type !== 'output') return allTaken([release('stdout'), release('stderr'), report(this.deep(event))]);
      const { stream, data } = event;
      binary[stream] = typeof data !== 'string';
      const whole = this.bytes(Buffer.concat([held[stream], typeof data === 'string' ? Buffer.from(data) : data]));
      const keep = this.#suspicious(whole);
      held[stream] = whole.subarray(whole.length - keep);
      const clear = whole.subarray(0, whole.length - keep);
      return clear.length === 0 ? undefined : report(this.#output(stream, clear, binary[stream]));
    };
    return { report: masking, flush };
  }

  /** Whole secrets in bytes are replaced. */
  bytes(data: Buffer): Buffer {
    let masked = data;
    for (const needle of this.#needles) {
      const pieces: Buffer[] = [];
      let from = 0;
      for (let at = masked.indexOf(needle); at >= 0; at = masked.indexOf(needle, from)) {
        pieces.push(masked.subarray(from, at), Buffer.from(MASK));
        from = at + needle.length;
      }
      if (from > 0) masked = Buffer.concat([...pieces, masked.subarray(from)]);
    }
    return masked;
  }

  /** The text masked, without an end that may be the beginning of a secret: for what is kept while more is to come. */
  unfinished(text: string): string {
    const masked = Buffer.from(this.text(text));
    return masked.subarray(0, masked.length - this.#suspicious(masked)).toString('utf8');
  }

  /** How many bytes at the end may be the beginning of a secret. */
  #suspicious(data: Buffer): number {
    for (let length = Math.min(this.#longest - 1, data.length); length > 0; length -= 1) {
      const end = data.subarray(data.length - length);
      if (this.#needles.some(needle => needle.length > length && needle.subarray(0, length).equals(end))) return length;
    }
    return 0;
  }

  #output(stream: Stream, bytes: Buffer, binary: boolean): Event {
    return { type: 'output', stream, data: binary ? bytes : bytes.toString('utf8') };
  }
}

/** A promise only where a reader is behind. */
function allTaken(taken: readonly (void | Promise<void>)[]): void | Promise<void> {
  const behind = taken.filter(each => each !== undefined);
  if (behind.length > 0) return Promise.all(behind).then(() => undefined);
}
