import type { DriveFile } from './files.ts';

type Test = (file: DriveFile) => boolean;

/** Thrown for a query that Drive would refuse. */
export class BadQuery extends Error {}

/**
 * Drive's query language as far as clients of notebooks use it: `=`, `!=`, `contains`, `in`, `and`, `or`, `not` and
 * parentheses over `name`, `mimeType`, `trashed`, `parents` and the times. Throws `BadQuery`.
 */
export function readQuery(text: string): Test {
  if (text.trim() === '') return () => true;
  const tokens = [...text.matchAll(/'((?:\\.|[^'\\])*)'|([()])|([<>]=?|!=|=)|([\w.]+)/g)].map(
    ([whole, quoted]): Token => (quoted === undefined ? { word: whole } : { text: quoted.replace(/\\(.)/g, '$1') }),
  );
  const reader = new Reader(tokens);
  const test = reader.either();
  if (!reader.ended) throw new BadQuery('something is left over');
  return test;
}

interface Token {
  readonly word?: string;
  readonly text?: string;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get ended(): boolean {
    return this.#at >= this.#tokens.length;
  }

  either(): Test {
    let left = this.#both();
    while (this.#take('or')) {
      const [one, other] = [left, this.#both()];
      left = file => one(file) || other(file);
    }
    return left;
  }

  #both(): Test {
    let left = this.#one();
    while (this.#take('and')) {
      const [one, other] = [left, this.#one()];
      left = file => one(file) && other(file);
    }
    return left;
  }

  #one(): Test {
    if (this.#take('not')) {
      const test = this.#one();
      return file => !test(file);
    }
    if (this.#take('(')) {
      const test = this.either();
      if (!this.#take(')')) throw new BadQuery('a parenthesis is not closed');
      return test;
    }
    const first = this.#next();
    const operator = this.#next().word ?? '';
    const second = this.#next();
    if (first.text !== undefined) return inList(first.text, operator, second.word ?? '');
    return comparison(first.word ?? '', operator, second.text ?? second.word ?? '');
  }

  #next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new BadQuery('it ends too early');
    return token;
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at]?.word !== word) return false;
    this.#at += 1;
    return true;
  }
}

function inList(value: string, operator: string, field: string): Test {
  if (operator !== 'in' || field !== 'parents') throw new BadQuery(`\`${operator} ${field}\` is not known`);
  return file => file.parents.includes(value);
}

function comparison(field: string, operator: string, value: string): Test {
  const read = FIELDS[field];
  if (read === undefined) throw new BadQuery(`there is no field ${field}`);
  const wanted = field.endsWith('Time') ? new Date(value).toISOString() : value;
  switch (operator) {
    case '=':
      return file => read(file) === wanted;
    case '!=':
      return file => read(file) !== wanted;
    case 'contains':
      return file => read(file).toLowerCase().includes(wanted.toLowerCase());
    case '>':
      return file => read(file) > wanted;
    case '>=':
      return file => read(file) >= wanted;
    case '<':
      return file => read(file) < wanted;
    case '<=':
      return file => read(file) <= wanted;
    default:
      throw new BadQuery(`there is no operator ${operator}`);
  }
}

const FIELDS: Readonly<Record<string, (file: DriveFile) => string>> = {
  name: file => file.name,
  mimeType: file => file.mimeType,
  trashed: file => String(file.trashed),
  createdTime: file => new Date(file.createdTime).toISOString(),
  modifiedTime: file => new Date(file.modifiedTime).toISOString(),
};
