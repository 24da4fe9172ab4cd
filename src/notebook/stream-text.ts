/**
 * Text of a stream as a notebook keeps it: what a carriage return or a backspace lets be written over is gone, as
 * JupyterLab saves it. A progress bar that runs for a day is one line and not a hundred megabytes.
 */
export class StreamText {
  #lines = '';
  #line = '';
  /** Where the next character goes. */
  #column = 0;

  get text(): string {
    return this.#lines + this.#line;
  }

  add(text: string): void {
    for (const [piece] of text.matchAll(/[^\r\b\n]*\n[^\r\b]*\n|[^\r\b\n]+|[\r\b\n]/g)) this.#take(piece);
  }

  #take(piece: string): void {
    if (piece === '\r') this.#column = 0;
    else if (piece === '\b') this.#column = Math.max(0, this.#column - 1);
    else {
      const end = piece.indexOf('\n');
      this.#write(end < 0 ? piece : piece.slice(0, end));
      if (end < 0) return;
      this.#lines += `${this.#line}${piece.slice(end)}`;
      this.#line = '';
      this.#column = 0;
    }
  }

  #write(text: string): void {
    this.#line = this.#line.slice(0, this.#column) + text + this.#line.slice(this.#column + text.length);
    this.#column += text.length;
  }
}
