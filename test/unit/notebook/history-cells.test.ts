import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../../src/core/history.ts';
import { deadCount, historyNotebook, historyScript } from '../../../src/notebook/history-cells.ts';
import { shorten } from '../../../src/util/shorten.ts';
import { entryOf } from '../store/entries.ts';

const shell = (command: string, parts: Partial<HistoryEntry> = {}): HistoryEntry => {
  const { code: _, ...entry } = entryOf({ mode: 'terminal', execution_count: null, stdout: '', ...parts });
  return { ...entry, command };
};
const failure = (parts: object = {}) => ({
  success: false,
  status: 'error' as const,
  error: {
    code: 1202,
    exit: 5,
    message: 'no',
    name: 'ValueError',
    category: 'runtime' as const,
    retryable: false,
    ...parts,
  },
});
const cellsOf = (...entries: HistoryEntry[]) =>
  historyNotebook(entries).cells.filter(({ cell_type }) => cell_type === 'code');
const outputsOf = (entry: HistoryEntry) => (cellsOf(entry)[0] as { outputs?: unknown }).outputs;

test('a heading stands wherever another session begins', () => {
  const of = (session: string | null) => entryOf({ session });
  const { cells } = historyNotebook([of('a'), of('a'), of('b'), of(null), of('a')]);
  expect(cells.map(({ cell_type, source }) => (cell_type === 'code' ? '·' : source))).toEqual([
    '## Session a',
    '·',
    '·',
    '## Session b',
    '·',
    '## Runs without a session',
    '·',
    '## Session a',
    '·',
  ]);
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
});

test.each([
  ['ls -la', '!ls -la'],
  ['echo $HOME', '%%bash\necho $HOME'],
  ['echo {1..3}', '%%bash\necho {1..3}'],
  ['a\nb\n', '%%bash\na\nb'],
  ['!echo', '%%bash\n!echo'],
])('the command %j is the cell %j', (command, source) => {
  expect(cellsOf(shell(command))[0]?.source).toBe(source);
});

describe('outputs', () => {
  test('streams, then displays, then the result', () => {
    const entry = entryOf({
      stdout: 'out',
      stderr: 'err',
      result: '42',
      display_data: [{ data: { 'text/plain': 'shown' }, metadata: {} }],
      execution_count: 3,
    });
    expect(outputsOf(entry)).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'out' },
      { output_type: 'stream', name: 'stderr', text: 'err' },
      { output_type: 'display_data', data: { 'text/plain': 'shown' }, metadata: {} },
      { output_type: 'execute_result', data: { 'text/plain': '42' }, metadata: {}, execution_count: 3 },
    ]);
  });

  test('a rich result is there once', () => {
    const data = { 'text/plain': 'T()', 'text/html': '<b>T</b>' };
    const entry = entryOf({ stdout: '', result: 'T()', display_data: [{ data, metadata: {} }] });
    expect(outputsOf(entry)).toEqual([{ output_type: 'execute_result', data, metadata: {}, execution_count: 1 }]);
  });

  test('an exception with its traceback', () => {
    const entry = entryOf({ stdout: '', ...failure({ message: 'ValueError: no', traceback_lines: ['a', 'b'] }) });
    expect(outputsOf(entry)).toEqual([
      { output_type: 'error', ename: 'ValueError', evalue: 'no', traceback: ['a', 'b'] },
    ]);
  });

  test("a command's status is none", () => {
    expect(outputsOf(shell('false', failure()))).toEqual([]);
  });
});

test('a script holds what failed, was interrupted or is not whole as comments', () => {
  const long = shorten('x = 1\n'.repeat(10_000)).text;
  const parts = historyScript([
    entryOf({ code: 'a = 1' }),
    entryOf({ code: 'b', ...failure() }),
    entryOf({ code: 'c', status: 'abort', success: false }),
    entryOf({ code: long }),
    shell('ls'),
  ]);
  expect(parts.map(({ kind }) => kind)).toEqual(['text', 'python', 'dead', 'dead', 'dead', 'shell']);
  expect(parts[2]).toMatchObject({ title: expect.stringContaining('it failed (ValueError)') });
  expect(deadCount(parts)).toBe(3);
});
