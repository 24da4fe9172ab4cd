import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUN } from '../../../src/cli/commands/run.ts';
import { GLOBAL_OPTIONS } from '../../../src/cli/global-options.ts';
import { optionTable } from '../../../src/cli/option-table.ts';
import { splitRunWords } from '../../../src/cli/run-words.ts';

const table = optionTable([...(RUN.options ?? []), ...GLOBAL_OPTIONS]);
const split = (...tokens: string[]) => splitRunWords(tokens, table);

test.each<[string, string[], string[], string[]]>([
  ['nothing', [], [], []],
  ['one word', ['nvidia-smi'], [], ['nvidia-smi']],
  ['options before the word are ours', ['-k', '-t', '5', 'x'], ['-k', '-t', '5'], ['x']],
  ['a cluster before the word', ['-kqt', '5', 'x'], ['-kqt', '5'], ['x']],
  ['a value in the same token', ['-t5', '--timeout=6', 'x'], ['-t5', '--timeout=6'], ['x']],
  ['an unknown option before the word is kept for the parser to refuse', ['--bogus', 'x'], ['--bogus'], ['x']],
  ['a negative number before the word is not a word', ['-1', 'x'], ['-1'], ['x']],
  ['a dash is a word', ['-'], [], ['-']],
  ['a dash after options', ['-k', '-', '--json'], ['-k', '--json'], ['-']],
  ['long options after the word', ['nvidia-smi', '--json'], ['--json'], ['nvidia-smi']],
  ['long options with a value after the word', ['ls', '--timeout', '5', '-l'], ['--timeout', '5'], ['ls', '-l']],
  ['long options with = after the word', ['ls', '--timeout=5', '-l'], ['--timeout=5'], ['ls', '-l']],
  ['short options after a bare word', ['ls', '-la'], [], ['ls', '-la']],
  ['our letters after a bare word', ['ls', '-k', '-t', '5', '-v'], [], ['ls', '-k', '-t', '5', '-v']],
  ['python -m', ['python', '-m', 'pytest', '-v'], [], ['python', '-m', 'pytest', '-v']],
  ['-m with our modes', ['1 + 1', '-m', 'kernel'], ['-m', 'kernel'], ['1 + 1']],
  ['-m with our modes after a bare word', ['x', '-m', 'terminal', '-v'], ['-m', 'terminal'], ['x', '-v']],
  ['-m glued to a mode is the remote one', ['python', '-mkernel'], [], ['python', '-mkernel']],
  [
    'unknown long options after the word',
    ['python', 'train.py', '--epochs', '3'],
    [],
    ['python', 'train.py', '--epochs', '3'],
  ],
  [
    'ours and unknown ones mixed',
    ['python', 't.py', '--epochs', '3', '--json'],
    ['--json'],
    ['python', 't.py', '--epochs', '3'],
  ],
  ['a quoted program and short options', ['x = 1', '-k'], ['-k'], ['x = 1']],
  ['a quoted program and a short option with a value', ['x = 1', '-k', '-t', '5'], ['-k', '-t', '5'], ['x = 1']],
  ['a quoted program and mixed options', ['x = 1', '--json', '-kv'], ['--json', '-kv'], ['x = 1']],
  ['a quoted program and one more word', ['echo a', '-k', 'b'], [], ['echo a', '-k', 'b']],
  ['a quoted program and an unknown letter', ['echo a', '-z'], [], ['echo a', '-z']],
  ['a quoted program and an unknown long option', ['echo a', '-k', '--zz'], [], ['echo a', '-k', '--zz']],
  ['a line break is white space', ['for i in x:\n  i', '-k'], ['-k'], ['for i in x:\n  i']],
  ['a tab is white space', ['a\tb', '-q'], ['-q'], ['a\tb']],
  ['all after -- is remote', ['--', 'ls', '--json', '-k'], [], ['ls', '--json', '-k']],
  ['-- after options', ['-k', '--', '--json'], ['-k'], ['--json']],
  ['-- after the word', ['ls', '--json', '--', '--json'], ['--json'], ['ls', '--json']],
  ['a second -- is a word', ['--', 'a', '--', 'b'], [], ['a', '--', 'b']],
  ['-- after a quoted program with words behind it', ['echo a', '-k', '--', 'b'], [], ['echo a', '-k', 'b']],
  ['an optional value is taken only when it looks like one', ['--tpu', 'print(1)'], ['--tpu'], ['print(1)']],
  ['an optional value', ['--tpu', 'v5e-1', 'x'], ['--tpu', 'v5e-1'], ['x']],
  ['an optional value with =', ['--tpu=v5e-1', 'x'], ['--tpu=v5e-1'], ['x']],
  ['a missing value at the end', ['x', '--timeout'], ['--timeout'], ['x']],
  ['a flag with a value is not ours', ['x', '--json=1'], [], ['x', '--json=1']],
  ['an empty word', ['', '-k'], [], ['', '-k']],
])('%s', (_, tokens, ours, words) => {
  expect(split(...tokens)).toEqual({ ours, words });
});

const token = fc.oneof(
  fc.constantFrom(
    '-k',
    '-t',
    '5',
    '-m',
    'kernel',
    'pytest',
    '--json',
    '--timeout',
    '--timeout=5',
    '--tpu',
    'v5e-1',
    '--zz',
    '-z',
    '-',
    'ls',
    'x = 1',
    '',
    '-la',
    '-e',
  ),
  fc.string(),
);

test('no token is lost, doubled or changed, and each side keeps its order', () => {
  fc.assert(
    fc.property(fc.array(token), tokens => {
      const { ours, words } = splitRunWords(tokens, table);
      const cut = tokens.indexOf('--');
      const dropped = cut >= 0 && ours.length + words.length < tokens.length ? 1 : 0;
      expect(ours.length + words.length + dropped).toBe(tokens.length);
      expect([...ours, ...words, ...(dropped ? ['--'] : [])].sort()).toEqual([...tokens].sort());
      expect(isSubsequence(ours, tokens) && isSubsequence(words, tokens)).toBe(true);
    }),
  );
});

test('what follows -- always reaches the remote command as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('-k', '--json', 'ls', '-la')), fc.array(token), (before, after) => {
      const { words } = splitRunWords([...before, '--', ...after], table);
      expect(words.slice(words.length - after.length)).toEqual(after);
    }),
  );
});

test('a bare word keeps every short option behind it', () => {
  const short = fc.stringMatching(/^-[a-zA-Z]{1,3}$/);
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]+$/), fc.array(short), (word, options) => {
      expect(splitRunWords([word, ...options], table)).toEqual({ ours: [], words: [word, ...options] });
    }),
  );
});

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const item of whole) if (part[at] === item) at++;
  return at === part.length;
}
