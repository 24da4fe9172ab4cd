import type { HostOutput } from '../core/host.ts';

/** Writes to one stream and remembers whether the last thing written ended its line. */
export class StreamWriter {
  readonly output: HostOutput;
  atLineStart = true;

  constructor(output: HostOutput) {
    this.output = output;
  }

  /** A promise when the reader is behind. */
  write(data: string | Uint8Array): void | Promise<void> {
    if (data.length === 0) return;
    const last = typeof data === 'string' ? data.charCodeAt(data.length - 1) : data[data.length - 1];
    this.atLineStart = last === 10 || last === 13;
    if (!this.output.write(data)) return this.output.drained();
  }

  /** Writes whole lines, on a line of their own. */
  line(text: string): void | Promise<void> {
    return this.write(`${this.atLineStart ? '' : '\n'}${text}\n`);
  }
}
