import { expect, test } from 'vitest';
import { plainStyle } from '../../../src/ui/style.ts';
import { type Column, table } from '../../../src/ui/table.ts';
import { fitText, stripAnsi, textWidth } from '../../../src/ui/text-width.ts';

interface Fruit {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}
const COLUMNS: readonly Column<Fruit>[] = [
  { title: 'name', text: fruit => fruit.name },
  { title: 'count', text: fruit => String(fruit.count), right: true },
  { title: 'note', text: fruit => fruit.note },
];
const FRUITS: readonly Fruit[] = [
  { name: 'りんご', count: 5, note: 'an apple a day keeps the doctor away' },
  { name: 'fig', count: 1200, note: 'two\tlines\nhere' },
];

test('on a terminal columns are aligned by what is seen, and the last one is cut', () => {
  expect(table(FRUITS, COLUMNS, plainStyle(34))).toBe(
    ['NAME    COUNT  NOTE', 'りんご      5  an apple a day kee…', 'fig      1200  two lines here'].join('\n'),
  );
});

test('in a pipe cells are between tabs, whole and without titles', () => {
  expect(table(FRUITS, COLUMNS, plainStyle(Number.POSITIVE_INFINITY))).toBe(
    ['りんご\t5\tan apple a day keeps the doctor away', 'fig\t1200\ttwo lines here'].join('\n'),
  );
});

test.each<[string, number]>([
  ['', 0],
  ['abc', 3],
  ['日本', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
  ['\u001b[31mred\u001b[0m', 3],
  ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', 4],
])('%j is %i wide', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test('text is cut between characters', () => {
  expect(fitText('日本語', 4)).toBe('日…');
  expect(fitText('abc', 3)).toBe('abc');
});

test('escape sequences are removed, nothing else', () => {
  expect(stripAnsi('\u001b[1;31ma\u001b[0m\tb\r\n\u001b[2Kc')).toBe('a\tb\r\nc');
});
