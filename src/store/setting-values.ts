import { Failure } from '../core/failure.ts';
import { nearest } from '../util/nearest.ts';

/** One place a setting may come from: what to call it in a message, and what stands there (undefined: nothing). */
export interface Origin {
  readonly name: string;
  readonly value: unknown;
}

/** Reads a value; throws `usage` failures that name the origin, the value and what is allowed. */
export type Reader<T> = (origin: Origin) => T;

/** The first origin that says something, else the default. */
export function firstOf<T, D>(origins: readonly Origin[], read: Reader<T>, otherwise: D): T | D {
  const found = origins.find(({ value }) => value !== undefined && value !== null && value !== '');
  return found === undefined ? otherwise : read(found);
}

export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return origin => {
    const found = words.find(word => word === origin.value);
    if (found !== undefined) return found;
    const guess = typeof origin.value === 'string' ? nearest(origin.value, words) : null;
    const hints = guess === null ? [] : [`did you mean \`${guess}\`?`];
    throw wrong(origin, `one of ${words.map(word => `\`${word}\``).join(', ')}`, hints);
  };
}

/** A number of at least `least`; numerals in text count, since the environment has nothing else. */
export function number(
  what: string,
  { least, most, whole }: { least: number; most: number; whole: boolean },
): Reader<number> {
  return origin => {
    const { value } = origin;
    const read = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
    const fits = typeof read === 'number' && read >= least && read <= most && (!whole || Number.isInteger(read));
    if (!fits) throw wrong(origin, what);
    return read;
  };
}

export const truth: Reader<boolean> = origin => {
  if (typeof origin.value === 'boolean') return origin.value;
  if (origin.value === 'true' || origin.value === 'false') return origin.value === 'true';
  throw wrong(origin, '`true` or `false`');
};

export const text: Reader<string> = origin => {
  if (typeof origin.value !== 'string') throw wrong(origin, 'a text');
  return origin.value;
};

/** An http or https address. */
export const address: Reader<string> = origin => {
  const url = typeof origin.value === 'string' && URL.canParse(origin.value) ? new URL(origin.value) : null;
  const known = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  // the address may hold a token, so it is not repeated
  if (!known)
    throw new Failure('usage', `${origin.name} must be an http or https address, such as \`http://localhost:8888/\``);
  return url.href;
};

/** The origin of a server on this machine. Anything else is refused: credentials must not leave it. */
export const loopback: Reader<URL> = origin => {
  const url = new URL(address(origin));
  const here = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!here || url.pathname !== '/' || url.search !== '') {
    throw new Failure('usage', `${origin.name} must be an origin on this machine, such as \`http://127.0.0.1:8765\``);
  }
  return url;
};

function wrong({ name, value }: Origin, wanted: string, hints: readonly string[] = []): Failure {
  const shown = JSON.stringify(value) ?? String(value);
  return new Failure(
    'usage',
    `${name} is ${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}, but must be ${wanted}`,
    { hints },
  );
}
