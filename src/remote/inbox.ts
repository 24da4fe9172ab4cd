import { WINDOW } from './protocol.ts';

/**
 * Puts the frames of one direction in order. Only the frame that is next is taken; what came twice is dropped, and a
 * hole has everything behind it sent again.
 */
export class Inbox {
  #got = 0;
  #asked = 0;
  #hole = false;
  #takenWeight = 0;

  /** The next frame expected. */
  get got(): number {
    return this.#got;
  }

  /** How many times we asked for frames again. */
  get asked(): number {
    return this.#asked;
  }

  /** True from the discovery of a hole until the missing frame is here. */
  get hole(): boolean {
    return this.#hole;
  }

  /** Total weight the sender may have sent. */
  get limit(): number {
    return this.#takenWeight + WINDOW;
  }

  /** `ask` means that a hole has just shown, and the sender must be asked. */
  arrived(seq: number, round: number): 'next' | 'drop' | 'ask' {
    if (seq === this.#got) {
      this.#got += 1;
      this.#hole = false;
      return 'next';
    }
    return seq > this.#got && this.#missing(round) ? 'ask' : 'drop';
  }

  /** The sender says how far it is. True when something before that is missing and must be asked for. */
  shouldAsk(sent: number, round: number): boolean {
    return sent > this.#got && this.#missing(round);
  }

  taken(weight: number): void {
    this.#takenWeight += weight;
  }

  /** What was sent before our last request was served proves nothing about what came after it. */
  #missing(round: number): boolean {
    if (round < this.#asked) return false;
    this.#asked = round + 1;
    this.#hole = true;
    return true;
  }
}
