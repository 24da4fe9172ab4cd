const TILDE = 0x7e;
const PASTE = Buffer.from('\u001b[200~');
const PASTED = Buffer.from('\u001b[201~');

export type EscapeOrder = 'leave' | 'help';

/**
 * Takes the escapes of ssh out of what is typed: at the beginning of a line `~.` leaves, `~?` lists them, `~~` is one
 * tilde. Pasted text (between the marks of a terminal that tells) has none.
 */
export class EscapeKeys {
  readonly #order: (order: EscapeOrder) => void;
  #lineStart = true;
  #held = false;
  #pasting = false;
  #mark = 0;

  constructor(order: (order: EscapeOrder) => void) {
    this.#order = order;
  }

  /** What goes to the other side. */
  pass(typed: Uint8Array): Uint8Array {
    const out: number[] = [];
    for (const byte of typed) {
      this.#take(byte, out);
      this.#lookForMarks(byte);
    }
    return Uint8Array.from(out);
  }

  #take(byte: number, out: number[]): void {
    if (this.#held) return void this.#second(byte, out);
    if (byte === TILDE && this.#lineStart && !this.#pasting) {
      this.#held = true;
      return;
    }
    this.#put(byte, out);
  }

  #second(byte: number, out: number[]): void {
    this.#held = false;
    const key = String.fromCharCode(byte);
    if (key === '.') return void this.#order('leave');
    if (key === '?') return void this.#order('help');
    this.#put(TILDE, out);
    if (key !== '~') this.#put(byte, out);
  }

  #put(byte: number, out: number[]): void {
    out.push(byte);
    this.#lineStart = byte === 13 || byte === 10;
  }

  #lookForMarks(byte: number): void {
    const wanted = this.#pasting ? PASTED : PASTE;
    this.#mark = byte === wanted[this.#mark] ? this.#mark + 1 : byte === wanted[0] ? 1 : 0;
    if (this.#mark < wanted.length) return;
    this.#pasting = !this.#pasting;
    this.#mark = 0;
    // A mark is no text: what follows stands where the line stood.
  }
}
