import { createInterface, type Interface, type Key } from 'node:readline';
import type { EditorOptions, LineEditor, Typed } from '../core/host.ts';
import { applyCompletion } from './line-completion.ts';
import { HistoryWalk } from './line-history.ts';
import { quietOutput } from './line-output.ts';

interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** What readline lets be changed: the line, the cursor, and what a key does. All of it is what Node's own prompt uses. */
interface Inner {
  line: string;
  cursor: number;
  prevRows: number;
  _ttyWrite(text: string | undefined, key: Key): void;
}

type Press = readonly [text: string | undefined, key: Key];

type Reading =
  | { readonly kind: 'cell'; readonly history: boolean; readonly resolve: (typed: Typed) => void }
  | { readonly kind: 'answer'; readonly hidden: boolean; readonly resolve: (line: string | null) => void };

const PASTE_MODE = { on: '\u001b[?2004h', off: '\u001b[?2004l' };

/** An editor over Node's readline, which knows the usual keys; history, search, completion and pasting are ours. */
export function lineEditor(streams: Streams, options: EditorOptions): LineEditor {
  const editor = new Editor(streams, options);
  return {
    read: (prompt, settings) => editor.read(prompt, settings),
    ask: (prompt, settings) => editor.ask(prompt, settings),
    remember: entry => editor.remember(entry),
    write: text => void streams.stdout.write(text),
    close: () => editor.close(),
  };
}

class Editor {
  readonly #streams: Streams;
  readonly #options: EditorOptions;
  readonly #lines: Interface;
  readonly #inner: Inner;
  readonly #press: (text: string | undefined, key: Key) => void;
  readonly #history: string[];
  #walk: HistoryWalk;
  #queue: Press[] = [];
  #reading: Reading | null = null;
  #prompt = '';
  #silent = false;
  #completing: symbol | null = null;
  #paste: string | null = null;
  #ended = false;
  #closed = false;

  constructor(streams: Streams, options: EditorOptions) {
    this.#streams = streams;
    this.#options = options;
    this.#history = [...options.history];
    this.#walk = new HistoryWalk(this.#history);
    this.#lines = createInterface({
      input: streams.stdin,
      output: quietOutput(streams.stdout, () => this.#silent),
      terminal: true,
      historySize: 0,
    });
    this.#inner = this.#lines as unknown as Inner;
    this.#press = this.#inner._ttyWrite.bind(this.#lines);
    this.#inner._ttyWrite = (text, key) => this.#key(text, key);
    this.#lines.on('line', line => this.#entered(line));
    this.#lines.on('close', () => this.#end());
    // Back in the foreground after Ctrl-Z: the shell has used the terminal meanwhile.
    this.#lines.on('SIGCONT', () => {
      streams.stdout.write(PASTE_MODE.on);
      this.#lines.prompt(true);
    });
    streams.stdout.write(PASTE_MODE.on);
  }

  read(prompt: string, { initial, history }: { initial: string; history: boolean }): Promise<Typed> {
    if (this.#ended) return Promise.resolve({ kind: 'end' });
    return new Promise(resolve => {
      this.#walk = new HistoryWalk(this.#history);
      // Text that is there already brings its own indentation.
      this.#begin({ kind: 'cell', history, resolve }, prompt, this.#queue.length > 0 ? '' : initial);
    });
  }

  ask(prompt: string, { hidden, signal }: { hidden: boolean; signal?: AbortSignal }): Promise<string | null> {
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#finish();
        this.#streams.stdout.write('\n');
        reject(signal?.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const answered = (line: string | null) => {
        signal?.removeEventListener('abort', abort);
        if (hidden) this.#streams.stdout.write('\n');
        resolve(line);
      };
      this.#begin({ kind: 'answer', hidden, resolve: answered }, prompt, '');
    });
  }

  remember(entry: string): void {
    if (this.#history[0] !== entry) this.#history.unshift(entry);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#streams.stdout.write(PASTE_MODE.off);
    this.#lines.close();
  }

  #begin(reading: Reading, prompt: string, initial: string): void {
    this.#reading = reading;
    this.#prompt = prompt;
    this.#inner.prevRows = 0;
    this.#show(initial);
    this.#silent = reading.kind === 'answer' && reading.hidden;
    this.#drain();
  }

  #drain(): void {
    while (this.#reading !== null && this.#completing === null) {
      const press = this.#queue.shift();
      if (!press) return;
      this.#key(...press);
    }
  }

  #show(line: string, cursor = line.length, prompt = this.#prompt): void {
    this.#inner.line = line;
    this.#inner.cursor = cursor;
    this.#lines.setPrompt(prompt);
    this.#lines.prompt(true);
  }

  #key(text: string | undefined, key: Key): void {
    if (key.name === 'paste-start') this.#paste = '';
    else if (key.name === 'paste-end') this.#pasted();
    else if (this.#paste !== null) this.#paste += key.sequence ?? text ?? '';
    else if (key.ctrl && key.name === 'c') this.#interrupted();
    else if (this.#reading === null || this.#completing !== null) this.#queue.push([text, key]);
    else if (key.ctrl && key.name === 'd' && this.#inner.line === '') this.#endOfInput(this.#reading);
    else if (this.#reading.kind === 'answer') this.#press(text, key);
    else this.#cellKey(text, key, this.#reading.history);
  }

  #cellKey(text: string | undefined, key: Key, history: boolean): void {
    if (history && this.#walk.searching && this.#searchKey(text, key)) return;
    if (key.name === 'tab' && !key.shift) this.#tab();
    else if (!history) this.#press(text, key);
    else if (key.ctrl && key.name === 'r') this.#search(this.#walk.search(this.#inner.line));
    else if (key.name === 'up' || (key.ctrl && key.name === 'p')) this.#show(this.#walk.older(this.#inner.line));
    else if (key.name === 'down' || (key.ctrl && key.name === 'n')) this.#show(this.#walk.newer(this.#inner.line));
    else this.#press(text, key);
  }

  /** False when the key ends the search and is then to do what it always does. */
  #searchKey(text: string | undefined, key: Key): boolean {
    if (key.ctrl && key.name === 'r') this.#search(this.#walk.further());
    else if (key.name === 'backspace') this.#search(this.#walk.narrow(query => query.slice(0, -1)));
    else if (key.name === 'escape' || (key.ctrl && key.name === 'g')) this.#show(this.#walk.giveUp());
    else if (text !== undefined && !key.ctrl && !key.meta && text >= ' ')
      this.#search(this.#walk.narrow(query => query + text));
    else {
      this.#walk.accept();
      this.#show(this.#inner.line);
      return false;
    }
    return true;
  }

  #search({ query, found, at }: { query: string; found: string; at: number }): void {
    this.#show(found, at, `(reverse-i-search)\`${query}': `);
  }

  #tab(): void {
    const { line, cursor } = this.#inner;
    if (line.slice(line.lastIndexOf('\n', cursor - 1) + 1, cursor).trim() === '') return void this.#insert('    ');
    const token = Symbol('completion');
    this.#completing = token;
    const settle = (completion: Awaited<ReturnType<EditorOptions['complete']>>) => {
      if (this.#completing !== token) return;
      this.#completing = null;
      const { next, list } = applyCompletion({ line, cursor }, completion, this.#streams.stdout.columns);
      if (list !== null) {
        this.#leaveLine();
        this.#streams.stdout.write(list);
      }
      this.#show(next.line, next.cursor);
      this.#drain();
    };
    this.#options.complete(line, cursor).then(settle, () => settle(null));
  }

  #insert(text: string): void {
    const { line, cursor } = this.#inner;
    this.#show(line.slice(0, cursor) + text + line.slice(cursor), cursor + text.length);
  }

  #pasted(): void {
    const text = (this.#paste ?? '').replace(/\r\n?/g, '\n').replaceAll('\t', '    ');
    this.#paste = null;
    const reading = this.#reading;
    if (reading === null || this.#completing !== null) {
      for (const character of text) this.#queue.push(pressOf(character));
    } else if (reading.kind === 'answer' || !text.includes('\n')) {
      this.#insert(text.split('\n', 1)[0] ?? '');
    } else {
      const { line, cursor } = this.#inner;
      const lines = (line.slice(0, cursor) + text + line.slice(cursor)).split('\n');
      const rest = lines.pop() ?? '';
      this.#show(lines[0] ?? '');
      this.#leaveLine();
      this.#finish();
      reading.resolve({ kind: 'pasted', lines, rest });
    }
  }

  #interrupted(): void {
    this.#queue = [];
    this.#completing = null;
    const reading = this.#reading;
    if (reading?.kind !== 'cell') return void this.#options.onInterrupt();
    this.#walk.accept();
    this.#show(this.#inner.line);
    this.#streams.stdout.write('^C');
    this.#leaveLine();
    this.#finish();
    reading.resolve({ kind: 'cancelled' });
  }

  #endOfInput(reading: Reading): void {
    if (reading.kind === 'cell' && !reading.history) return;
    this.#leaveLine();
    this.#finish();
    if (reading.kind === 'cell') reading.resolve({ kind: 'end' });
    else reading.resolve(null);
  }

  #entered(line: string): void {
    const reading = this.#reading;
    if (reading === null) return;
    this.#finish();
    if (reading.kind === 'cell') reading.resolve({ kind: 'line', text: line });
    else reading.resolve(line);
  }

  /** The cursor goes below the line, which stays on the screen. */
  #leaveLine(): void {
    const { line } = this.#inner;
    if (this.#inner.cursor < line.length) this.#show(line);
    this.#streams.stdout.write(this.#silent ? '' : '\r\n');
    this.#inner.prevRows = 0;
  }

  #finish(): void {
    this.#reading = null;
    this.#silent = false;
    this.#inner.line = '';
    this.#inner.cursor = 0;
  }

  /** The terminal has gone, or we gave it back. */
  #end(): void {
    this.#ended = true;
    const reading = this.#reading;
    this.#finish();
    if (reading?.kind === 'cell') reading.resolve({ kind: 'end' });
    else reading?.resolve(null);
  }
}

function pressOf(character: string): Press {
  const name = character === '\n' ? 'return' : undefined;
  return [character, { sequence: character, name, ctrl: false, meta: false, shift: false } as Key];
}
