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
