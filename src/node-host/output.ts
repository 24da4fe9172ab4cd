import { fstatSync, writeSync } from 'node:fs';
import type { HostOutput } from '../core/host.ts';

/** A first text up to this size goes straight to the system: opening the stream costs as much as printing help. */
const SMALL = 32_768;

export interface NodeOutput extends HostOutput {
  /**
   * Resolves when everything written has been handed to the system, or can not be any more: then with the reason,
   * unless it is only that nobody reads any more (EPIPE).
   */
  flushed(): Promise<Error | null>;
}

interface OutputParts {
  readonly descriptor: 1 | 2;
  readonly platform: NodeJS.Platform;
  /** Opens the stream. */
  readonly open: () => NodeJS.WriteStream;
}

/** One of the two output streams. A reader that has gone (EPIPE) is reported once and then written to in silence. */
export function streamOutput(parts: OutputParts): NodeOutput {
  return new StreamOutput(parts);
}

class StreamOutput implements NodeOutput {
  readonly #parts: OutputParts;
  readonly #closing = new Set<() => void>();
  #stream: NodeJS.WriteStream | null = null;
  #closed = false;
  #fault: Error | null = null;
  #begun = false;
  #terminal: boolean | null = null;

  constructor(parts: OutputParts) {
    this.#parts = parts;
  }

  get isTerminal(): boolean {
    this.#terminal ??= isCharacterDevice(this.#parts.descriptor) && this.#open().isTTY === true;
    return this.#terminal;
  }

  get columns(): number {
    return this.#open().columns || 80;
  }

  get rows(): number {
    return this.#open().rows || 24;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.#closed || chunk.length === 0) return true;
    const first = !this.#begun;
    this.#begun = true;
    const rest = first && this.#stream === null && chunk.length <= SMALL ? this.#writeNow(chunk) : chunk;
    return rest === null || this.#open().write(rest);
  }

  drained(): Promise<void> {
    const stream = this.#stream;
    if (this.#closed || !stream?.writableNeedDrain) return Promise.resolve();
    return new Promise(resolve => {
      const done = () => {
        this.#closing.delete(done);
        stream.off('drain', done);
        resolve();
      };
      this.#closing.add(done);
      stream.once('drain', done);
    });
  }

  onClosed(listener: () => void): () => void {
    this.#closing.add(listener);
    if (this.#closed) listener();
    return () => this.#closing.delete(listener);
  }

  onResize(listener: () => void): () => void {
    const stream = this.#open();
    stream.on('resize', listener);
    return () => stream.off('resize', listener);
  }

  async flushed(): Promise<Error | null> {
    const stream = this.#stream;
    if (stream !== null) await new Promise(setImmediate); // an error of the last write is told a moment later
    if (stream !== null && !this.#closed && !stream.destroyed && stream.writableLength > 0) {
      await new Promise<void>(resolve => {
        this.onClosed(resolve);
        stream.write('', () => resolve());
      });
    }
    return this.#fault;
  }

  /** Returns what could not be written at once, or null. */
  #writeNow(chunk: string | Uint8Array): Uint8Array | null {
    if (this.#parts.platform === 'win32') return Buffer.from(chunk);
    let bytes: Uint8Array = Buffer.from(chunk as string);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(this.#parts.descriptor, bytes));
      return null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return bytes;
      this.#close(error as NodeJS.ErrnoException);
      return null;
    }
  }

  #open(): NodeJS.WriteStream {
    if (this.#stream !== null) return this.#stream;
    this.#stream = this.#parts.open();
    this.#stream.on('error', error => this.#close(error));
    return this.#stream;
  }

  #close(error: NodeJS.ErrnoException): void {
    if (this.#closed) return;
    this.#closed = true;
    if (error.code !== 'EPIPE') this.#fault = error;
    for (const listener of [...this.#closing]) listener();
  }
}

/** Only those can be terminals; asking costs less than opening the stream. */
function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}
