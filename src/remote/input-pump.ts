import type { Conversation } from './conversation.ts';
import { FRAME } from './protocol.ts';

/** Milliseconds in which small pieces are gathered, unless nothing was sent just before: each message costs three. */
const COALESCE = 8;

/** Carries local input to a command: as it comes, no faster than the command reads, and its end too. */
export class InputPump {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #conversation: Conversation;
  #batch: Uint8Array[] = [];
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lastSent = 0;
  #stopped = false;

  constructor(input: AsyncIterable<Uint8Array>, conversation: Conversation) {
    this.#iterator = input[Symbol.asyncIterator]();
    this.#conversation = conversation;
  }

  /** Resolves when the input has ended and is sent, or when told to stop. Rejects when the input does. */
  async run(): Promise<void> {
    for (;;) {
      if (!this.#conversation.hasRoom) await this.#conversation.room();
      if (this.#stopped) return;
      const next = await this.#iterator.next();
      if (this.#stopped) return;
      if (next.done) break;
      await this.#add(next.value);
    }
    this.#flush();
    this.#conversation.send('eof');
  }

  /** The command reads no more. What is under way in the source is not waited for. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#iterator.return?.()?.catch(() => {});
  }

  async #add(chunk: Uint8Array): Promise<void> {
    for (let start = 0; start < chunk.byteLength; ) {
      const piece = chunk.subarray(start, start + FRAME - this.#size);
      start += piece.byteLength;
      this.#batch.push(piece);
      this.#size += piece.byteLength;
      if (this.#size >= FRAME) this.#flush();
      if (!this.#conversation.hasRoom) await this.#conversation.room();
      if (this.#stopped) return;
    }
    if (this.#size === 0) return;
    const wait = this.#lastSent + COALESCE - Date.now();
    if (wait <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), wait);
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#size === 0) return;
    this.#conversation.send('in', {}, this.#batch);
    this.#batch = [];
    this.#size = 0;
    this.#lastSent = Date.now();
  }
}
