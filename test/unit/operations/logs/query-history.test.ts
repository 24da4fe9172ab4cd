import { describe, expect, test } from 'vitest';
import { Failure } from '../../../../src/core/failure.ts';
import type { History, HistoryEntry } from '../../../../src/core/history.ts';
import { historyStats, parseSince, queryHistory } from '../../../../src/operations/logs/query-history.ts';
import { entryOf } from '../../store/entries.ts';

const NOW = new Date('2026-01-02T12:00:00.000Z');
const failed = (id: string, category: 'runtime' | 'timeout', parts: Partial<HistoryEntry> = {}) =>
  entryOf({
    id,
    success: false,
    status: 'error',
    error: { code: 1202, exit: 5, message: 'm', category, retryable: false },
    ...parts,
  });

const ENTRIES = [
  entryOf({ id: 'e', timestamp: '2026-01-02T11:30:00.000Z', executionTime: 1 }),
  failed('d', 'timeout', { timestamp: '2026-01-02T10:30:00.000Z', mode: 'terminal', executionTime: 3 }),
  failed('c', 'runtime', { timestamp: '2026-01-02T11:00:00.000Z', executionTime: 2 }),
  failed('b', 'timeout', { timestamp: '2026-01-01T00:00:00.000Z', status: 'abort', executionTime: 2 }),
  entryOf({ id: 'a', timestamp: '2025-12-01T00:00:00.000Z', mode: 'terminal', executionTime: 0 }),
];
const history: History = { entries: () => ENTRIES, append: async () => {}, clear: async () => 0 };
const ids = (wish: Parameters<typeof queryHistory>[1], limit?: number) =>
  queryHistory(history, wish, NOW, limit)
    .map(({ id }) => id)
    .join('');

test.each([
  [{}, 'edcba'],
  [{ since: '1h' }, 'ec'],
  [{ since: '2d' }, 'edcb'],
  [{ since: '2026-01-02T11:00:00Z' }, 'ec'],
  [{ status: 'success' }, 'ea'],
  [{ status: 'ok' }, 'ea'],
  [{ status: 'error' }, 'dc'],
  [{ status: 'abort' }, 'b'],
  [{ category: 'timeout' }, 'db'],
  [{ mode: 'terminal' }, 'da'],
  [{ mode: 'terminal', status: 'error', since: '1d' }, 'd'],
  [{ category: 'memory' }, ''],
])('%j finds %s', (wish, found) => {
  expect(ids(wish)).toBe(found);
});

test('a limit takes the newest of those that fit', () => {
  expect(ids({ status: 'error' }, 1)).toBe('d');
  expect(ids({}, 0)).toBe('');
});

describe('words that mean nothing', () => {
  test.each([
    [
      { status: 'eror' },
      '`--status` takes one of `success`, `ok`, `error`, `abort`, not `eror`',
      'did you mean `--status error`?',
    ],
    [{ category: 'imports' }, '`--category`', 'did you mean `--category import`?'],
    [{ mode: 'kernl' }, '`--mode`', 'did you mean `--mode kernel`?'],
    [{ since: '7' }, '`--since` takes an age or a date, not `7`', 'for an age say `7h` or `7d`'],
    [{ since: 'yesterday' }, '`yesterday`', 'such as `2h`, `3d`, `2026-11-20` or `2026-11-20T09:30:00Z`'],
    [{ since: '2026-02-31' }, '`2026-02-31`', null],
    [{ since: '2026-13-01' }, '`2026-13-01`', null],
  ])('%j', (wish, message, hint) => {
    try {
      ids(wish);
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
      if (hint !== null) expect((error as Failure).facts.hints).toEqual([hint]);
      return;
    }
    expect.unreachable();
  });
});

test.each([
  ['90s', '2026-01-02T11:58:30.000Z'],
  ['1.5h', '2026-01-02T10:30:00.000Z'],
  ['1w', '2025-12-26T12:00:00.000Z'],
  ['2026-01-02T09:30:00+01:00', '2026-01-02T08:30:00.000Z'],
  ['2026-01-02T09:30:00-0100', '2026-01-02T10:30:00.000Z'],
  ['2026-01-02 09:30Z', '2026-01-02T09:30:00.000Z'],
  ['2024-02-29T00:00z', '2024-02-29T00:00:00.000Z'],
])('%s is %s', (text, iso) => {
  expect(parseSince(text, NOW).toISOString()).toBe(iso);
});

test('a date without a zone is midnight here', () => {
  expect(parseSince('2026-01-02', NOW)).toEqual(new Date(2026, 0, 2));
});

test("statistics under both references' names", () => {
  expect(historyStats(ENTRIES)).toEqual({
    totalExecutions: 5,
    successRate: 0.4,
    successRatePercent: 40,
    averageExecutionTime: 1.6,
    byStatus: { success: 2, error: 3 },
    byCategory: { timeout: 2, runtime: 1 },
    successfulExecutions: 2,
    failedExecutions: 2,
    abortedExecutions: 1,
    executionsByMode: { kernel: 3, terminal: 2 },
    oldestEntry: '2025-12-01T00:00:00.000Z',
    newestEntry: '2026-01-02T11:30:00.000Z',
  });
  expect(historyStats([])).toMatchObject({
    totalExecutions: 0,
    successRate: 0,
    averageExecutionTime: 0,
    oldestEntry: null,
  });
});
