import { createInterface, type Interface, type Key } from 'node:readline';
import type { PaintedText } from '../core/host.ts';
import { type LineOutput, lineOutput } from './line-output.ts';
import { appended, type Paint, painted } from './line-paint.ts';

export interface LineStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** What readline lets be changed: the line, the cursor, what a key does and what is written. Node's own prompt uses it, too. */
interface Inner {
  line: string;
  cursor: number;
  prevRows: number;
  _ttyWrite(text: string | undefined, key: Key): void;
  _writeToOutput(text: string): void;
}

interface Listeners {
  readonly key: (text: string | undefined, key: Key) => void;
  readonly entered: (line: string) => void;
  readonly ended: () => void;
}

const PASTE_MODE = { on: '\u001b[?2004h', off: '\u001b[?2004l' };

/** The line that is typed, as it stands on the screen: readline's, in colours. */
export class LineScreen {
  readonly #stdout: NodeJS.WriteStream;
  readonly #output: LineOutput;
  readonly #lines: Interface;
  readonly #inner: Inner;
  readonly #press: Inner['_ttyWrite'];
  readonly #write: Inner['_writeToOutput'];
  #prompt = '';
  #shownPrompt = '';
  #paint: Paint | null = null;
  /** What of the line stands on the screen. */
  #shown: readonly PaintedText[] = [];
  #silent = false;
  #closed = false;

  constructor({ stdin, stdout }: LineStreams, { key, entered, ended }: Listeners) {
    this.#stdout = stdout;
    this.#output = lineOutput(stdout, () => this.#silent);
    this.#lines = createInterface({ input: stdin, output: this.#output.stream, terminal: true, historySize: 0 });
    this.#inner = this.#lines as unknown as Inner;
    // Where several keys come at once, Node types all but the last at the end of the line, wherever the cursor stands.
    Object.defineProperty(this.#lines, 'isCompletionEnabled', { get: () => true, set: () => {} });
    this.#press = this.#inner._ttyWrite.bind(this.#lines);
    this.#write = this.#inner._writeToOutput.bind(this.#lines);
    this.#inner._ttyWrite = key;
    this.#inner._writeToOutput = text => this.#draw(text);
    this.#lines.on('line', entered);
    this.#lines.on('close', ended);
    // Back in the foreground after Ctrl-Z: the shell has used the terminal meanwhile.
    this.#lines.on('SIGCONT', () => {
      stdout.write(PASTE_MODE.on);
      this.#lines.prompt(true);
    });
    stdout.write(PASTE_MODE.on);
  }

  get line(): string {
    return this.#inner.line;
  }

  get cursor(): number {
    return this.#inner.cursor;
  }

  get columns(): number {
    return this.#stdout.columns;
  }

  begin(prompt: string, initial: string, { silent, paint }: { silent: boolean; paint: Paint | null }): void {
    this.#prompt = prompt;
    this.#paint = paint;
    this.#inner.prevRows = 0;
    this.show(initial);
    this.#silent = silent;
  }

  /** What the key does to a line that is typed. */
  press(text: string | undefined, key: Key): void {
    this.#output.together(() => this.#press(text, key));
  }

  show(line: string, cursor = line.length, prompt = this.#prompt): void {
    this.#inner.line = line;
    this.#inner.cursor = cursor;
    this.#shownPrompt = prompt;
    this.#lines.setPrompt(prompt);
    this.#output.together(() => this.#lines.prompt(true));
  }

  insert(text: string): void {
    const { line, cursor } = this.#inner;
    this.show(line.slice(0, cursor) + text + line.slice(cursor), cursor + text.length);
  }

  write(text: string): void {
    this.#stdout.write(text);
  }

  /** The cursor goes below the line, which stays on the screen. */
  leave(): void {
    const { line } = this.#inner;
    if (this.#inner.cursor < line.length) this.show(line);
    this.#stdout.write(this.#silent ? '' : '\r\n');
    this.#inner.prevRows = 0;
  }

  clear(): void {
    this.#silent = false;
    this.#paint = null;
    this.#inner.line = '';
    this.#inner.cursor = 0;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stdout.write(PASTE_MODE.off);
    this.#lines.close();
  }

  /** readline writes the whole line behind its prompt, or what was typed at its end. */
  #draw(text: string): void {
    const { line } = this.#inner;
    if (this.#paint === null) return void this.#write(text);
    const before = this.#shown;
    const after = this.#paint(line);
    if (text === this.#shownPrompt + line) {
      this.#shown = after;
      return void this.#write(this.#shownPrompt + painted(after));
    }
    const typed = text !== '' && line.endsWith(text) && line.length === lengthOf(before) + text.length;
    if (!typed) return void this.#write(text);
    this.#shown = after;
    const end = appended(before, after, line.length - text.length);
    if (end === null) this.#lines.prompt(true);
    else this.#write(end);
  }
}

function lengthOf(pieces: readonly PaintedText[]): number {
  return pieces.reduce((sum, { text }) => sum + text.length, 0);
}
