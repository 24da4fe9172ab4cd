import { FRAME, type Frame, type Standing, sizeOf, WINDOW, weight } from './protocol.ts';

/** Keeps what was sent until the other side has it, and knows how much more it takes. */
export class Outbox {
  #next = 0;
  #round = 0;
  #sentWeight = 0;
  #limit = WINDOW;
  #unacknowledged: Frame[] = [];
  #waiting: (() => void)[] = [];

  /** The number the next frame gets. */
  get next(): number {
    return this.#next;
  }

  /** How many times we have sent again on demand. */
  get round(): number {
    return this.#round;
  }

  get hasRoom(): boolean {
    return this.#limit - this.#sentWeight >= FRAME;
  }

  add(kind: string, fields: Readonly<Record<string, unknown>>, buffers: readonly Uint8Array[]): Frame {
    const frame = { seq: this.#next, kind, fields, buffers };
    this.#next += 1;
    this.#sentWeight += weight(sizeOf(buffers));
    this.#unacknowledged.push(frame);
    return frame;
  }

  /** Resolves when a whole frame fits, or when everybody is told to stop waiting. */
  room(): Promise<void> {
    return this.hasRoom ? Promise.resolve() : new Promise(resolve => this.#waiting.push(resolve));
  }

  stopWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Takes the other side's standing. Returns the frames it wants again. */
  acknowledged(standing: Standing): readonly Frame[] {
    const kept = this.#unacknowledged.findIndex(frame => frame.seq >= standing.got);
    this.#unacknowledged.splice(0, kept === -1 ? this.#unacknowledged.length : kept);
    this.#limit = Math.max(this.#limit, standing.limit);
    if (this.hasRoom) this.stopWaiting();
    if (standing.again <= this.#round) return [];
    this.#round = standing.again;
    return this.#unacknowledged;
  }
}
