import type { LineEditor, Typed } from '../../core/host.ts';
import type { Completion, KernelQuestions, ReplScreen } from '../../core/repl.ts';

/** Puts a cell together line by line: whether it is whole, and how deep the next line stands, the kernel knows. */
export class CellReader {
  readonly #editor: LineEditor;
  readonly #screen: ReplScreen;
  readonly #questions: () => KernelQuestions;
  #lines: string[] = [];

  constructor(editor: LineEditor, screen: ReplScreen, questions: () => KernelQuestions) {
    this.#editor = editor;
    this.#screen = screen;
    this.#questions = questions;
  }

  /** Null at the end of input; an empty text when the person thought better of it. */
  async read(number: number | null, initial: string): Promise<string | null> {
    this.#lines = [];
    let next = initial;
    for (;;) {
      const typed = await this.#line(number, next);
      if (typed.kind === 'end') return null;
      if (typed.kind === 'cancelled') return '';
      if (typed.kind === 'pasted') {
        this.#paste(typed.lines, number);
        next = typed.rest;
        continue;
      }
      const recalled = typed.text.includes('\n');
      this.#lines.push(typed.text);
      const code = this.#code();
      if (code.trim() === '') return '';
      const indent = await this.#missing(code, recalled);
      if (indent === null) return code;
      next = indent;
    }
  }

  /** Completes the line that is being typed with what stands above it. */
  async complete(line: string, cursor: number): Promise<Completion | null> {
    const above = this.#lines.map(each => `${each}\n`).join('');
    const found = await this.#questions().complete(above + line, above.length + cursor);
    if (found === null || found.start < above.length) return null;
    return { matches: found.matches, start: found.start - above.length, end: found.end - above.length };
  }

  #line(number: number | null, initial: string): Promise<Typed> {
    const first = this.#lines.length === 0;
    const prompt = first ? this.#screen.prompt(number) : this.#screen.continuation(number);
    const paint = this.#screen.paint?.(this.#lines) ?? null;
    return this.#editor.read(prompt, { initial, history: first, paint });
  }

  /** The first line of them stands on the screen already. */
  #paste(lines: readonly string[], number: number | null): void {
    for (const [index, line] of lines.entries()) {
      const pieces = this.#screen.paint?.(this.#lines)(line) ?? null;
      const shown = pieces === null ? line : pieces.map(({ text, paint }) => paint(text)).join('');
      if (index > 0) this.#editor.write(`${this.#screen.continuation(number)}${shown}\n`);
      this.#lines.push(line);
    }
  }

  /** The indentation of the line that is missing; null when the cell can run. */
  async #missing(code: string, recalled: boolean): Promise<string | null> {
    // What was run before need not be ended again by an empty line.
    const answer = await this.#questions().isComplete(recalled ? `${code}\n\n` : code);
    return answer?.status === 'incomplete' ? answer.indent : null;
  }

  /** A line of nothing but the indentation that we put there is an empty one. */
  #code(): string {
    const last = this.#lines.at(-1) ?? '';
    return [...this.#lines.slice(0, -1), last.trim() === '' ? '' : last].join('\n');
  }
}
