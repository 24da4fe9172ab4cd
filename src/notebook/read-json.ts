import { type NumberText, numberOf } from './json-number.ts';

/** What stands in a notebook file is no JSON; `line` and `column` count from 1. */
export class BrokenJson extends Error {
  override readonly name = 'BrokenJson';
  readonly line: number;
  readonly column: number;

  constructor(what: string, text: string, at: number) {
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    super(`${what} at line ${line}, column ${column}`);
    this.line = line;
    this.column = column;
  }
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | NumberText
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

const NUMBER = /-?(?:Infinity|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|NaN/y;
const SPACE = /[ \t\n\r]*/y;
const DEEPEST = 2000;

/** Reads JSON as Python's reader does, `NaN` and `Infinity` included, and keeps how numbers are spelt. Throws `BrokenJson`. */
export function readJson(text: string): JsonValue {
  return new Reader(text).whole();
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonValue {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#broken('something after the end');
    return value;
  }

  #value(): JsonValue {
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#deeper(() => this.#object());
      case '[':
        return this.#deeper(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #deeper<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#broken('too many levels');
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonValue {
    const entries: [string, JsonValue][] = [];
    this.#at += 1;
    if (this.#take('}')) return {};
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#broken('no name of a field');
      const key = this.#string();
      if (!this.#take(':')) throw this.#broken('no colon');
      entries.push([key, this.#value()]);
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#broken('no comma and no closing brace');
    return Object.fromEntries(entries);
  }

  #array(): JsonValue {
    const items: JsonValue[] = [];
    this.#at += 1;
    if (this.#take(']')) return items;
    do items.push(this.#value());
    while (this.#take(','));
    if (!this.#take(']')) throw this.#broken('no comma and no closing bracket');
    return items;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    // Far faster than going through the characters: outputs are long, and most have no escapes.
    for (;;) {
      end = this.#text.indexOf('"', end);
      if (end < 0) throw this.#broken('a text without an end');
      let slashes = 0;
      while (this.#text[end - 1 - slashes] === '\\') slashes += 1;
      if (slashes % 2 === 0) break;
      end += 1;
    }
    this.#at = end + 1;
    const raw = this.#text.slice(start + 1, end);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON does not allow
    if (!/[\\\u0000-\u001f]/.test(raw)) return raw;
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      this.#at = start;
      throw this.#broken('a text with a character or an escape that JSON does not have');
    }
  }

  #number(): number | NumberText {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text)?.[0];
    if (found === undefined) throw this.#broken(this.#at < this.#text.length ? 'no value' : 'the end comes too early');
    this.#at += found.length;
    return numberOf(found);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#broken('no value');
    this.#at += word.length;
    return value;
  }

  #take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #broken(what: string): BrokenJson {
    return new BrokenJson(what, this.#text, this.#at);
  }
}
