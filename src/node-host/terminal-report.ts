import type { Key } from 'node:readline';

/** `ESC [ ?` in one key, then digits and semicolons, then a letter. No key of a keyboard begins so. */
const BEGINNING = '\u001b[?';
const LONGEST = 128;

/** Takes a terminal's answers to what it was asked out of the keys, whenever they come. */
export class TerminalReports {
  readonly #tell: (report: string) => void;
  #text: string | null = null;

  constructor(tell: (report: string) => void) {
    this.#tell = tell;
  }

  /** True when the key was a part of an answer. */
  take(text: string | undefined, key: Key): boolean {
    const piece = key.sequence ?? text ?? '';
    if (this.#text === null) {
      if (piece !== BEGINNING) return false;
      this.#text = piece;
      return true;
    }
    const whole = this.#text + piece;
    const goesOn = /^[\d;]+$/.test(piece) && whole.length < LONGEST;
    this.#text = goesOn ? whole : null;
    if (goesOn) return true;
    // not an answer after all: the key is the person's
    if (!/^[a-zA-Z]$/.test(piece)) return false;
    this.#tell(whole);
    return true;
  }
}
