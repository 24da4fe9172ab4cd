import { describe, expect, test } from 'vitest';
import { applyCompletion, inColumns } from '../../../src/node-host/line-completion.ts';
import { HistoryWalk } from '../../../src/node-host/line-history.ts';

const ENTRIES = ['print(3)', 'x = 2', 'print(2)', 'def f():\n    return 1', 'x = 1'];

describe('the arrows', () => {
  test('go through all from an empty line, and back to it', () => {
    const walk = new HistoryWalk(ENTRIES);
    for (const [index, entry] of ENTRIES.entries()) expect(walk.older(ENTRIES[index - 1] ?? '')).toBe(entry);
    expect(walk.older('x = 1')).toBe('x = 1');
    expect(walk.newer('x = 1')).toBe(ENTRIES[3]);
  });

  test('go only through what begins as the line does', () => {
    const walk = new HistoryWalk(ENTRIES);
    expect(walk.older('x')).toBe('x = 2');
    expect(walk.older('x = 2')).toBe('x = 1');
    expect(walk.newer('x = 1')).toBe('x = 2');
    expect(walk.newer('x = 2')).toBe('x');
    expect(walk.newer('x')).toBe('x');
  });
});

describe('Ctrl-R', () => {
  test('finds the newest, then older ones, and gives up to what was typed', () => {
    const walk = new HistoryWalk(ENTRIES);
    expect(walk.search('typed')).toMatchObject({ query: '', found: 'typed' });
    const found = [...'prin'].map(letter => walk.narrow(query => query + letter)).at(-1);
    expect(found).toEqual({ query: 'prin', found: 'print(3)', at: 0 });
    expect(walk.further()).toMatchObject({ found: 'print(2)' });
    expect(walk.narrow(query => query.slice(0, -1))).toMatchObject({ query: 'pri', found: 'print(3)' });
    expect(walk.giveUp()).toBe('typed');
    expect(walk.searching).toBe(false);
  });

  test('stays where it is when nothing has the word', () => {
    const walk = new HistoryWalk(ENTRIES);
    walk.search('');
    expect(walk.narrow(() => 'return')).toMatchObject({ found: ENTRIES[3], at: 13 });
    expect(walk.narrow(() => 'returnx')).toMatchObject({ query: 'returnx', found: ENTRIES[3] });
  });
});

describe('completion', () => {
  const line = (text: string, cursor = text.length) => ({ line: text, cursor });

  test('one match is filled in, in the middle of the line too', () => {
    expect(applyCompletion(line('f(zeb)', 5), { start: 2, end: 5, matches: ['zebra'] }, 80)).toEqual({
      next: { line: 'f(zebra)', cursor: 7 },
      list: null,
    });
  });

  test('a match may stand in the place of what was typed', () => {
    const { next } = applyCompletion(line('mat'), { start: 0, end: 3, matches: ['%matplotlib'] }, 80);
    expect(next).toEqual({ line: '%matplotlib', cursor: 11 });
  });

  test('several fill in what they share, and are listed when that is typed already', () => {
    const matches = ['zebra_a', 'zebra_b'];
    expect(applyCompletion(line('ze'), { start: 0, end: 2, matches }, 80).next.line).toBe('zebra_');
    expect(applyCompletion(line('zebra_'), { start: 0, end: 6, matches }, 80)).toEqual({
      next: line('zebra_'),
      list: 'zebra_a  zebra_b\r\n',
    });
  });

  test('none leaves all as it is', () => {
    expect(applyCompletion(line('q'), null, 80)).toEqual({ next: line('q'), list: null });
    expect(applyCompletion(line('q'), { start: 0, end: 1, matches: [] }, 80)).toEqual({ next: line('q'), list: null });
  });

  test('lists go down, then across, and say what they leave out', () => {
    expect(inColumns(['a', 'b', 'c', 'd', 'e'], 9)).toBe('a  c  e\r\nb  d\r\n');
    expect(inColumns(['wide-name', 'b'], 4)).toBe('wide-name\r\nb\r\n');
    expect(inColumns(Array(203).fill('x'), 80)).toContain('… and 3 more');
  });
});
