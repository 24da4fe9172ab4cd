/** Modes that a program switches on for itself; left on, the terminal would be hard to use after it. */
const OFF_BY_DEFAULT = [1, 9, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 47, 1047, 1049];
/** The cursor, and lines that wrap. */
const ON_BY_DEFAULT = [7, 25];
/** A sequence may arrive in two pieces. */
const LONGEST = 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNFINISHED = /^\u001b(\[(\?[\d;]*)?)?$/;

/** Watches what a remote program switches on in our terminal, for the case that it cannot switch it off itself. */
export class TerminalModes {
  readonly #changed = new Map<number, boolean>();
  #tail = '';

  take(data: string | Uint8Array): void {
    const text = this.#tail + (typeof data === 'string' ? data : Buffer.from(data).toString('latin1'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    for (const [, modes = '', way] of text.matchAll(/\u001b\[\?([\d;]+)([hl])/g)) {
      for (const mode of modes.split(';').map(Number)) this.#note(mode, way === 'h');
    }
    const start = text.lastIndexOf('\u001b');
    this.#tail = start >= 0 && UNFINISHED.test(text.slice(start)) ? text.slice(start, start + LONGEST) : '';
  }

  /** What puts the terminal back as it was; empty when nothing is left on. */
  undo(): string {
    const sequences = [...this.#changed].map(([mode, on]) => `\u001b[?${mode}${on ? 'l' : 'h'}`);
    this.#changed.clear();
    return sequences.length === 0 ? '' : `\u001b[0m${sequences.join('')}`;
  }

  #note(mode: number, on: boolean): void {
    const changed = on ? OFF_BY_DEFAULT.includes(mode) : ON_BY_DEFAULT.includes(mode);
    if (changed) this.#changed.set(mode, on);
    else this.#changed.delete(mode);
  }
}
