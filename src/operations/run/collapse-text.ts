import { stripVTControlCharacters } from 'node:util';

/** A carriage return, a backspace, or the start of an escape sequence. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const SPECIAL = /[\r\b\u001b\u009b]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ERASE_IN_LINE = /(?:\u001b\[|\u009b)([012]?)K/;

export function isPlain(text: string): boolean {
  return !SPECIAL.test(text);
}

/**
 * A line (without its end) as a terminal would show it: what a carriage return or a backspace lets be written over is gone, erased parts
 * too, and escape sequences have no trace. Columns are counted in characters.
 */
export function collapseLine(line: string): string {
  if (isPlain(line)) return line;
  if (!/[\r\b]/.test(line) && !ERASE_IN_LINE.test(line)) return stripVTControlCharacters(line);
  const cells: string[] = [];
  let column = 0;
  for (const [index, part] of line.split(ERASE_IN_LINE).entries()) {
    if (index % 2 === 1) erase(cells, column, part);
    else column = write(cells, column, stripVTControlCharacters(part));
  }
  return cells.join('');
}

/** Returns the column after the text. */
function write(cells: string[], from: number, text: string): number {
  let column = from;
  for (const character of text) {
    if (character === '\r') column = 0;
    else if (character === '\b') column = Math.max(0, column - 1);
    else {
      while (cells.length < column) cells.push(' ');
      cells[column++] = character;
    }
  }
  return column;
}

/** `0` or nothing: from the cursor on; `1`: up to and with the cursor; `2`: all. */
function erase(cells: string[], column: number, what: string): void {
  if (what === '1') cells.fill(' ', 0, column + 1);
  else cells.length = what === '2' ? 0 : Math.min(cells.length, column);
}

/** Collapses text that comes in chunks, line by line; `emit` gets text that no later chunk can change. */
export class LineCollapser {
  readonly #emit: (text: string) => void;
  #pending = '';
  /** Length of the part of `#pending` that is collapsed already, and the place of the last carriage return. */
  #shown = 0;
  #lastReturn = 0;

  constructor(emit: (text: string) => void) {
    this.#emit = emit;
  }

  write(chunk: string): void {
    const end = chunk.lastIndexOf('\n') + 1;
    if (end > 0) {
      const lines = this.#pending + chunk.slice(0, end);
      this.#startLine();
      this.#emit(isPlain(lines) ? lines : collapseLines(lines));
    }
    if (end < chunk.length) this.#wait(chunk.slice(end));
  }

  clear(): void {
    this.#startLine();
  }

  /** Emits the last line, which has no end. */
  finish(): void {
    if (this.#pending !== '') this.#emit(collapseLine(this.#pending));
    this.#startLine();
  }

  /** A progress bar may go on for hours in one line: what its frames have written over is forgotten on the way. */
  #wait(chunk: string): void {
    const at = chunk.lastIndexOf('\r');
    if (at >= 0) this.#lastReturn = this.#pending.length + at;
    this.#pending += chunk;
    if (this.#pending.length < 2 * this.#shown + LONG_LINE || this.#lastReturn <= this.#shown) return;
    const shown = collapseLine(this.#pending.slice(0, this.#lastReturn));
    this.#pending = shown + this.#pending.slice(this.#lastReturn);
    this.#shown = this.#lastReturn = shown.length;
  }

  #startLine(): void {
    this.#pending = '';
    this.#shown = this.#lastReturn = 0;
  }
}

const LONG_LINE = 65_536;

/** Whole lines, each with its end, which stays as it is. */
function collapseLines(text: string): string {
  return text.replace(
    /([^\n]*?)(\r*\n)/g,
    (_, line: string, end: string) => collapseLine(line) + (end.length > 1 ? '\r\n' : '\n'),
  );
}
