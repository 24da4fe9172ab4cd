import { Failure } from '../../core/failure.ts';
import type { LogCategory, LogFiles, LogLine } from '../../core/log.ts';
import { LOG_LEVELS } from '../../core/settings.ts';
import { nearest } from '../../util/nearest.ts';

export const LOG_CATEGORIES = [
  'cli',
  'api',
  'session',
  'runtime',
  'kernel',
  'shell',
] as const satisfies readonly LogCategory[];

/** What to look for; absent means anything. */
export interface LogWish {
  /** This level and graver ones. */
  readonly level?: string | undefined;
  readonly category?: string | undefined;
  /** Text in the line, whatever the case. */
  readonly search?: string | undefined;
}

/** The newest lines that fit, oldest of them first, as a reader expects. Throws `usage` failures for words that mean nothing. */
export function newestLines(files: LogFiles, wish: LogWish, limit: number): LogLine[] {
  const fits = logFilter(wish);
  const found: LogLine[] = [];
  if (limit < 1) return found;
  for (const line of files.newest()) {
    if (!fits(line)) continue;
    found.push(line);
    if (found.length >= limit) break;
  }
  return found.reverse();
}

export function logFilter({ level, category, search }: LogWish): (line: LogLine) => boolean {
  const gravest = known('--level', level, LOG_LEVELS);
  const part = known('--category', category, LOG_CATEGORIES);
  const text = search?.toLowerCase();
  return line =>
    (gravest === null || LOG_LEVELS.indexOf(line.level) <= LOG_LEVELS.indexOf(gravest)) &&
    (part === null || line.category === part) &&
    (text === undefined || JSON.stringify(line).toLowerCase().includes(text));
}

function known<T extends string>(option: string, given: string | undefined, words: readonly T[]): T | null {
  if (given === undefined) return null;
  const found = words.find(word => word === given.toLowerCase());
  if (found !== undefined) return found;
  const guess = nearest(given, words);
  const hints = guess === null ? [] : [`did you mean \`${option} ${guess}\`?`];
  throw new Failure(
    'usage',
    `\`${option}\` takes one of ${words.map(word => `\`${word}\``).join(', ')}, not \`${given}\``,
    { hints },
  );
}
