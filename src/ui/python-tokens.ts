export type TokenKind = 'plain' | 'keyword' | 'string' | 'number' | 'comment' | 'decorator' | 'magic';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/**
 * What lines leave to those below them: a string of several lines by the quotes that end it, `foreign` for a cell that
 * is no Python (`%%bash`), null for nothing.
 */
export type LineState = '"""' | "'''" | 'foreign' | null;

const KEYWORDS = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
);
/** Magics whose argument is Python. */
const OVER_PYTHON = new Set(['time', 'timeit', 'prun', 'capture', 'debug', 'memit', 'mprun', 'lprun']);

const PIECE =
  /(?<comment>#[^\n]*)|(?<quote>(?:\b(?:[rbft]|[rb]r|r[bft]|[ft]r|u))?(?:"""|'''|"|'))|(?<number>(?:0[xob][\da-f_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d[\d_]*)?j?))|(?<name>[\p{L}_][\p{L}\p{N}\p{M}_]*)|(?<space>\s+)|(?<other>.)/gisuy;
const MAGIC = /^(\s*)(%{1,2}[\w.]*|!!?|\?\??)/;
/** `files = !ls`, `where = %pwd`. */
const ASSIGNED_MAGIC = /^(\s*[\w.,\s]+=\s*)(%\w+|!)(.*)$/s;
const DECORATOR = /^(\s*)(@[\w.]*)/;
const HELP = /^(\s*[%\w.*]*)(\?\??)(\s*)$/;

/** The pieces of one line of a cell; their texts in a row are the line. Colours only: what is wrong is not told. */
export function pythonTokens(line: string, before: LineState, first: boolean): { tokens: Token[]; after: LineState } {
  if (before === 'foreign') return { tokens: [{ kind: 'plain', text: line }], after: 'foreign' };
  const reader = new LineReader(before);
  if (before === null) readHead(line, first, reader);
  else reader.python(line);
  return { tokens: reader.tokens, after: reader.state };
}

/** What makes a line more than Python: magics, shell commands, questions, decorators. */
function readHead(line: string, first: boolean, reader: LineReader): void {
  const magic = MAGIC.exec(line);
  const help = HELP.exec(line) ?? ASSIGNED_MAGIC.exec(line);
  const decorator = DECORATOR.exec(line);
  if (magic) {
    const [whole, indent = '', word = ''] = magic;
    const overPython = OVER_PYTHON.has(word.replace(/^%+/, ''));
    reader.add('plain', indent);
    reader.add('magic', word);
    if (overPython) reader.python(line.slice(whole.length));
    else reader.add('plain', line.slice(whole.length));
    if (first && word.startsWith('%%') && !overPython) reader.state = 'foreign';
  } else if (help) {
    reader.python(help[1] ?? '');
    reader.add('magic', help[2] ?? '');
    reader.add('plain', help[3] ?? '');
  } else if (decorator) {
    reader.add('plain', decorator[1] ?? '');
    reader.add('decorator', decorator[2] ?? '');
    reader.python(line.slice(decorator[0].length));
  } else reader.python(line);
}

class LineReader {
  readonly tokens: Token[] = [];
  state: LineState;

  constructor(state: LineState) {
    this.state = state;
  }

  add(kind: TokenKind, text: string): void {
    const last = this.tokens.at(-1);
    if (text === '') return;
    if (last?.kind === kind) this.tokens[this.tokens.length - 1] = { kind, text: last.text + text };
    else this.tokens.push({ kind, text });
  }

  python(text: string): void {
    let at = this.state === null ? 0 : this.#string(text, 0, this.state);
    while (at < text.length) {
      PIECE.lastIndex = at;
      const groups = PIECE.exec(text)?.groups ?? {};
      const { comment, quote, number, name } = groups;
      if (quote !== undefined) {
        this.add('string', quote);
        at = this.#string(text, at + quote.length, quote.replace(/^\w+/, ''));
        continue;
      }
      const piece = comment ?? number ?? name ?? groups.space ?? groups.other ?? '';
      this.add(comment ? 'comment' : number ? 'number' : name && KEYWORDS.has(name) ? 'keyword' : 'plain', piece);
      at += Math.max(piece.length, 1);
    }
  }

  /** The rest of a string from there on. Returns where it ends; one in single quotes ends with its line at the latest. */
  #string(text: string, from: number, quotes: string): number {
    let at = from;
    while (at < text.length && !text.startsWith(quotes, at)) {
      if (quotes.length === 1 && text[at] === '\n') break;
      at += text[at] === '\\' ? 2 : 1;
    }
    const closed = text.startsWith(quotes, at);
    const end = Math.min(closed ? at + quotes.length : at, text.length);
    this.add('string', text.slice(from, end));
    this.state = closed || quotes.length === 1 ? null : (quotes as LineState);
    return end;
  }
}
