import { Failure } from '../core/failure.ts';
import { nearest } from '../util/nearest.ts';

/** A usage error. `hints` name what to type instead, commands in backticks. */
export function usageError(message: string, hints: readonly string[] = []): Failure {
  return new Failure('usage', message, { hints });
}

/** A hint that names the nearest valid word, when one is near. `shown` turns a word into what to type. */
export function didYouMean(word: string, candidates: readonly string[], shown: (word: string) => string): string[] {
  const found = nearest(word, candidates);
  return found === null ? [] : [`did you mean \`${shown(found)}\`?`];
}

/** Words as a sentence names them: `a`, `b` or `c`. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map(word => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
