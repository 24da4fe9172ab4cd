import type { Key } from 'node:readline';
import type { EditorOptions, LineEditor, ReadOptions, Typed } from '../core/host.ts';
import { applyCompletion } from './line-completion.ts';
import { HistoryWalk } from './line-history.ts';
import { LineScreen, type LineStreams } from './line-screen.ts';
import { TerminalReports } from './terminal-report.ts';

type Press = readonly [text: string | undefined, key: Key];

type Reading =
  | { readonly kind: 'cell'; readonly history: boolean; readonly resolve: (typed: Typed) => void }
  | { readonly kind: 'answer'; readonly resolve: (line: string | null) => void };

/** An editor over Node's readline, which knows the usual keys; history, search, completion and pasting are ours. */
export function lineEditor(streams: LineStreams, options: EditorOptions): LineEditor {
  const editor = new Editor(streams, options);
  return {
    read: (prompt, settings) => editor.read(prompt, settings),
    ask: (prompt, settings) => editor.ask(prompt, settings),
    remember: entry => editor.remember(entry),
    write: text => editor.write(text),
    close: () => editor.close(),
  };
}

class Editor {
  readonly #options: EditorOptions;
  readonly #screen: LineScreen;
  readonly #reports: TerminalReports;
  readonly #history: string[];
  #walk: HistoryWalk;
  #queue: Press[] = [];
  #reading: Reading | null = null;
  #completing: symbol | null = null;
  #paste: string | null = null;
  #ended = false;

  constructor(streams: LineStreams, options: EditorOptions) {
    this.#options = options;
    this.#history = [...options.history];
    this.#walk = new HistoryWalk(this.#history);
    this.#reports = new TerminalReports(report => options.onReport?.(report));
    this.#screen = new LineScreen(streams, {
      key: (text, key) => this.#key(text, key),
      entered: line => this.#entered(line),
      ended: () => this.#end(),
    });
  }

  read(prompt: string, { initial, history, paint = null }: ReadOptions): Promise<Typed> {
    if (this.#ended) return Promise.resolve({ kind: 'end' });
    return new Promise(resolve => {
      this.#walk = new HistoryWalk(this.#history);
      // Text that is there already brings its own indentation.
      const line = this.#queue.length > 0 ? '' : initial;
      this.#reading = { kind: 'cell', history, resolve };
      this.#screen.begin(prompt, line, { silent: false, paint });
      this.#drain();
    });
  }

  ask(prompt: string, { hidden, signal }: { hidden: boolean; signal?: AbortSignal }): Promise<string | null> {
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#finish();
        this.#screen.write('\n');
        reject(signal?.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const answered = (line: string | null) => {
        signal?.removeEventListener('abort', abort);
        if (hidden) this.#screen.write('\n');
        resolve(line);
      };
      this.#reading = { kind: 'answer', resolve: answered };
      this.#screen.begin(prompt, '', { silent: hidden, paint: null });
      this.#drain();
    });
  }

  remember(entry: string): void {
    if (this.#history[0] !== entry) this.#history.unshift(entry);
  }

  write(text: string): void {
    this.#screen.write(text);
  }

  close(): void {
    this.#screen.close();
  }

  #drain(): void {
    while (this.#reading !== null && this.#completing === null) {
      const press = this.#queue.shift();
      if (!press) return;
      this.#key(...press);
    }
  }

  #key(text: string | undefined, key: Key): void {
    if (this.#reports.take(text, key)) return;
    if (key.name === 'paste-start') this.#paste = '';
    else if (key.name === 'paste-end') this.#pasted();
    else if (this.#paste !== null) this.#paste += key.sequence ?? text ?? '';
    else if (key.ctrl && key.name === 'c') this.#interrupted();
    else if (this.#reading === null || this.#completing !== null) this.#queue.push([text, key]);
    else if (key.ctrl && key.name === 'd' && this.#screen.line === '') this.#endOfInput(this.#reading);
    else if (this.#reading.kind === 'answer') this.#screen.press(text, key);
    else this.#cellKey(text, key, this.#reading.history);
  }

  #cellKey(text: string | undefined, key: Key, history: boolean): void {
    if (history && this.#walk.searching && this.#searchKey(text, key)) return;
    if (key.name === 'tab' && !key.shift) this.#tab();
    else if (!history) this.#screen.press(text, key);
    else if (key.ctrl && key.name === 'r') this.#search(this.#walk.search(this.#screen.line));
    else if (key.name === 'up' || (key.ctrl && key.name === 'p'))
      this.#screen.show(this.#walk.older(this.#screen.line));
    else if (key.name === 'down' || (key.ctrl && key.name === 'n'))
      this.#screen.show(this.#walk.newer(this.#screen.line));
    else this.#screen.press(text, key);
  }

  /** False when the key ends the search and is then to do what it always does. */
  #searchKey(text: string | undefined, key: Key): boolean {
    if (key.ctrl && key.name === 'r') this.#search(this.#walk.further());
    else if (key.name === 'backspace') this.#search(this.#walk.narrow(query => query.slice(0, -1)));
    else if (key.name === 'escape' || (key.ctrl && key.name === 'g')) this.#screen.show(this.#walk.giveUp());
    else if (text !== undefined && !key.ctrl && !key.meta && text >= ' ')
      this.#search(this.#walk.narrow(query => query + text));
    else {
      this.#walk.accept();
      this.#screen.show(this.#screen.line);
      return false;
    }
    return true;
  }

  #search({ query, found, at }: { query: string; found: string; at: number }): void {
    this.#screen.show(found, at, `(reverse-i-search)\`${query}': `);
  }

  #tab(): void {
    const { line, cursor } = this.#screen;
    if (line.slice(line.lastIndexOf('\n', cursor - 1) + 1, cursor).trim() === '')
      return void this.#screen.insert('    ');
    const token = Symbol('completion');
    this.#completing = token;
    const settle = (completion: Awaited<ReturnType<EditorOptions['complete']>>) => {
      if (this.#completing !== token) return;
      this.#completing = null;
      const { next, list } = applyCompletion({ line, cursor }, completion, this.#screen.columns);
      if (list !== null) {
        this.#screen.leave();
        this.#screen.write(list);
      }
      this.#screen.show(next.line, next.cursor);
      this.#drain();
    };
    this.#options.complete(line, cursor).then(settle, () => settle(null));
  }

  #pasted(): void {
    const text = (this.#paste ?? '').replace(/\r\n?/g, '\n').replaceAll('\t', '    ');
    this.#paste = null;
    const reading = this.#reading;
    if (reading === null || this.#completing !== null) {
      for (const character of text) this.#queue.push(pressOf(character));
    } else if (reading.kind === 'answer' || !text.includes('\n')) {
      this.#screen.insert(text.split('\n', 1)[0] ?? '');
    } else {
      const { line, cursor } = this.#screen;
      const lines = (line.slice(0, cursor) + text + line.slice(cursor)).split('\n');
      const rest = lines.pop() ?? '';
      this.#screen.show(lines[0] ?? '');
      this.#screen.leave();
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
    this.#screen.show(this.#screen.line);
    this.#screen.write('^C');
    this.#screen.leave();
    this.#finish();
    reading.resolve({ kind: 'cancelled' });
  }

  #endOfInput(reading: Reading): void {
    if (reading.kind === 'cell' && !reading.history) return;
    this.#screen.leave();
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

  #finish(): void {
    this.#reading = null;
    this.#screen.clear();
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
