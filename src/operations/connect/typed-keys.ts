import type { HostInput } from '../../core/host.ts';
import { EscapeKeys, type EscapeOrder } from './escape-keys.ts';

/**
 * What is typed, without the escapes. Read as it comes, not as the other side takes it: an escape must be noticed also
 * when the connection is gone and nothing is taken any more.
 */
export class TypedKeys {
  readonly #stopped = new AbortController();
  readonly #waiting: Uint8Array[] = [];
  readonly #input: HostInput;
  readonly #escapes: EscapeKeys;
  #wake = () => {};
  #ended = false;

  constructor(input: HostInput, order: (order: EscapeOrder) => void) {
    this.#input = input;
    this.#escapes = new EscapeKeys(order);
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    void this.#read();
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#ended) return;
      else
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#input.chunks(this.#stopped.signal)) {
        const passed = this.#escapes.pass(chunk);
        if (passed.length === 0) continue;
        this.#waiting.push(passed);
        this.#wake();
      }
    } catch {
      // A terminal that cannot be read any more has hung up: the shell hears of the end of its input.
    }
    this.#ended = true;
    this.#wake();
  }
}
