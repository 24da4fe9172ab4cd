import type { Mode } from '../../core/events.ts';
import { CATEGORIES, type Category, Failure } from '../../core/failure.ts';
import type { History, HistoryEntry } from '../../core/history.ts';
import { nearest } from '../../util/nearest.ts';
import { parseAge } from '../../util/time.ts';

export const STATUSES = ['success', 'ok', 'error', 'abort'] as const;
export const MODES = ['kernel', 'terminal'] as const satisfies readonly Mode[];

/** What to look for, as it stood on the command line; absent means anything. */
export interface HistoryWish {
  readonly since?: string | undefined;
  readonly status?: string | undefined;
  readonly category?: string | undefined;
  readonly mode?: string | undefined;
  /** The name with which the session was recorded. */
  readonly session?: string | undefined;
}

/** Entries that fit, newest first, at most `limit`. Throws `usage` failures for words that mean nothing. */
export function queryHistory(
  history: History,
  wish: HistoryWish,
  now: Date,
  limit = Number.POSITIVE_INFINITY,
): HistoryEntry[] {
  const fits = filterFor(wish, now);
  const found: HistoryEntry[] = [];
  if (limit < 1) return found;
  for (const entry of history.entries()) {
    if (!fits(entry)) continue;
    found.push(entry);
    if (found.length >= limit) break;
  }
  return found;
}

/** Parallel runs end in another order than they began, so an entry that is too old is no reason to stop. */
function filterFor(wish: HistoryWish, now: Date): (entry: HistoryEntry) => boolean {
  const since = wish.since === undefined ? null : parseSince(wish.since, now).getTime();
  const status = word('--status', wish.status, STATUSES);
  const category = word('--category', wish.category, CATEGORIES);
  const mode = word('--mode', wish.mode, MODES);
  return entry =>
    (since === null || Date.parse(entry.timestamp) >= since) &&
    (status === null || entry.status === (status === 'success' ? 'ok' : status)) &&
    (category === null || categoryOf(entry) === category) &&
    (mode === null || entry.mode === mode) &&
    (wish.session === undefined || entry.session === wish.session);
}

/** Category of a failed run; null for one that went well. */
export function categoryOf(entry: HistoryEntry): Category | null {
  return entry.status === 'ok' ? null : (entry.error?.category ?? 'unknown');
}

function word<T extends string>(option: string, given: string | undefined, words: readonly T[]): T | null {
  if (given === undefined) return null;
  const found = words.find(candidate => candidate === given);
  if (found !== undefined) return found;
  const guess = nearest(given, words);
  const hints = guess === null ? [] : [`did you mean \`${option} ${guess}\`?`];
  throw new Failure(
    'usage',
    `\`${option}\` takes one of ${words.map(one => `\`${one}\``).join(', ')}, not \`${given}\``,
    { hints },
  );
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** An age (`1h`, `2d`) or a date; without a zone it is local time. Throws a `usage` failure for anything else, a bare number included. */
export function parseSince(text: string, now: Date): Date {
  const age = parseAge(text);
  if (age !== null) return new Date(now.getTime() - age);
  const found = DATE.exec(text.trim());
  const [, year, month, day, time = '00:00', zone = ''] = found ?? [];
  const date = new Date(
    `${year}-${month}-${day}T${time}${zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`,
  );
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (found === null || Number.isNaN(date.getTime()) || Number(day) > daysInMonth) {
    const hints = [
      /^\d+$/.test(text)
        ? `for an age say \`${text}h\` or \`${text}d\``
        : 'such as `2h`, `3d`, `2026-11-20` or `2026-11-20T09:30:00Z`',
    ];
    throw new Failure('usage', `\`--since\` takes an age or a date, not \`${text}\``, { hints });
  }
  return date;
}

/** Both references' names for the same figures. */
export interface HistoryStats {
  readonly totalExecutions: number;
  /** From 0 to 1; 0 when nothing ran. */
  readonly successRate: number;
  readonly successRatePercent: number;
  /** Seconds. */
  readonly averageExecutionTime: number;
  /** `error` counts all that did not succeed, interrupted runs too, so that the two add up. */
  readonly byStatus: { readonly success: number; readonly error: number };
  readonly byCategory: Readonly<Record<string, number>>;
  readonly successfulExecutions: number;
  readonly failedExecutions: number;
  readonly abortedExecutions: number;
  readonly executionsByMode: Readonly<Record<Mode, number>>;
  /** ISO 8601; null when nothing ran. */
  readonly oldestEntry: string | null;
  readonly newestEntry: string | null;
}

export function historyStats(entries: readonly HistoryEntry[]): HistoryStats {
  const total = entries.length;
  const count = (fits: (entry: HistoryEntry) => boolean) => entries.filter(fits).length;
  const successful = count(({ status }) => status === 'ok');
  const rate = total === 0 ? 0 : successful / total;
  const seconds = entries.reduce((sum, entry) => sum + entry.executionTime, 0);
  const byCategory: Record<string, number> = {};
  for (const category of entries.map(categoryOf))
    if (category !== null) byCategory[category] = (byCategory[category] ?? 0) + 1;
  const times = entries.map(({ timestamp }) => timestamp).sort((one, other) => Date.parse(one) - Date.parse(other));
  return {
    totalExecutions: total,
    successRate: rounded(rate, 4),
    successRatePercent: rounded(rate * 100, 1),
    averageExecutionTime: total === 0 ? 0 : rounded(seconds / total, 3),
    byStatus: { success: successful, error: total - successful },
    byCategory,
    successfulExecutions: successful,
    failedExecutions: count(({ status }) => status === 'error'),
    abortedExecutions: count(({ status }) => status === 'abort'),
    executionsByMode: {
      kernel: count(({ mode }) => mode === 'kernel'),
      terminal: count(({ mode }) => mode === 'terminal'),
    },
    oldestEntry: times[0] ?? null,
    newestEntry: times.at(-1) ?? null,
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
