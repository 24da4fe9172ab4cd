import { expect, test } from 'vitest';
import { cellText } from '../../../src/ui/cell-text.ts';

const cell = {
  type: 'cell',
  notebook: 'n.ipynb',
  cell: 3,
  total: 12,
  id: 'a',
  name: 'x = 1',
  executionCount: 1,
} as const;

test.each([
  ['running', null, '[ 3/12] x = 1'],
  ['ok', 999, null],
  ['ok', 61_000, '[ 3/12] done after 1 min 1 s'],
  ['error', 20, '[ 3/12] failed after 20 ms'],
] as const)('a cell that is %s (%s ms)', (status, duration, text) => {
  expect(cellText({ ...cell, status, duration })).toBe(text);
});

test('a cell without a name is its place', () => {
  expect(cellText({ ...cell, name: '', status: 'running', duration: null })).toBe('[ 3/12]');
});
