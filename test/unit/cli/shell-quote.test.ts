import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellJoin, shellQuote } from '../../../src/cli/shell-quote.ts';

test.each([
  ['ls', 'ls'],
  ['-la', '-la'],
  ['/a/b.c', '/a/b.c'],
  ['A=1', 'A=1'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$HOME', "'$HOME'"],
  ['*', "'*'"],
  ['~', "'~'"],
  ['a\nb', "'a\nb'"],
  ['|', "'|'"],
  ['ä', "'ä'"],
])('%j becomes %j', (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted);
});

test('a real shell takes the words apart again as they were', () => {
  const word = fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), words => {
      const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${shellJoin(words)}`], { encoding: 'utf8' });
      expect(stdout.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});
