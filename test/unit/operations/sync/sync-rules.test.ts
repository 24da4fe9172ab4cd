import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RulesAbove, type SyncRules, syncRules } from '../../../../src/operations/sync/sync-rules.ts';

const NOTHING_ABOVE: RulesAbove = { prefix: '', texts: [] };

/** Texts by folder. */
type Rules = ReadonlyMap<string, { readonly git: string; readonly colab: string }>;

let repository: string;

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'lecoder-rules-'));
  execFileSync('git', ['init', '-q', repository]);
  for (const path of PATHS) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), '');
  }
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

/** What git ignores; the lines of `.colabignore` stand below those of `.gitignore`, since git knows but one file. */
function accordingToGit(rules: Rules): string[] {
  for (const folder of FOLDERS) {
    const { git, colab } = rules.get(folder) ?? { git: '', colab: '' };
    writeFileSync(join(repository, folder, '.gitignore'), `${git}\n${colab}`);
  }
  return checkIgnore(repository, PATHS);
}

function checkIgnore(root: string, paths: readonly string[]): string[] {
  const env = { PATH: process.env.PATH ?? '', GIT_CONFIG_NOSYSTEM: '1', HOME: root };
  const options = { cwd: root, input: paths.join('\0'), env };
  try {
    const found = execFileSync('git', ['check-ignore', '--no-index', '-z', '--stdin'], options).toString();
    return found.split('\0').filter(Boolean).sort();
  } catch (error) {
    if ((error as { status?: number }).status === 1) return [];
    throw error;
  }
}

async function accordingToUs(rules: Rules): Promise<string[]> {
  const ours = await syncRules(NOTHING_ABOVE, 'linux');
  for (const [folder, { git, colab }] of rules) {
    ours.add(folder, git);
    ours.add(folder, colab);
  }
  return PATHS.filter(path => ours.ignores(path, false)).sort();
}

async function made(...texts: [folder: string, text: string][]): Promise<SyncRules> {
  const rules = await syncRules(NOTHING_ABOVE, 'linux');
  for (const [folder, text] of texts) rules.add(folder, text);
  return rules;
}

const FOLDERS = ['', 'a', 'a/b', 'build', 'a/build', 'sp ace', 'we[i]rd', '#x', '!y', 'a/b/c', 'ünï'];
const NAMES = [
  'x.py',
  'y.log',
  'keep.log',
  'build',
  'a',
  '#hash',
  '!bang',
  'tail ',
  '[ab]',
  'a*b',
  'ab',
  '.env',
  'ünï',
];
const PATHS = FOLDERS.flatMap(folder => NAMES.map(name => (folder === '' ? name : `${folder}/${name}`))).filter(
  path => !FOLDERS.some(folder => folder === path),
);

const LINES = [
  '*.log',
  '!keep.log',
  'build',
  'build/',
  '/build',
  '/build/',
  'a/b',
  'a/*',
  '!a/b',
  '!/a/b/',
  '**/b',
  'a/**',
  'a/**/c',
  '**/x.py',
  '*',
  '!*/',
  '!*.py',
  '\\#hash',
  '# a remark',
  '\\!bang',
  'tail\\ ',
  'tail ',
  '[ab]',
  '\\[ab\\]',
  'a\\*b',
  'a?',
  '[!a]b',
  '.env',
  'ünï',
  'b/',
  '!b/',
  '/x.py',
  'c/x.py',
  'sp ace/',
  '/',
  '',
  'x.py   ',
  '!x.py',
];

const someLines = fc.array(fc.constantFrom(...LINES), { maxLength: 5 }).map(lines => lines.join('\n'));
const someRules = fc
  .dictionary(fc.constantFrom(...FOLDERS), fc.record({ git: someLines, colab: someLines }), { maxKeys: 4 })
  .map(found => new Map(Object.entries(found)));

test('what is left out is what git ignores', async () => {
  await fc.assert(
    fc.asyncProperty(someRules, async rules => {
      expect(await accordingToUs(rules)).toEqual(accordingToGit(rules));
    }),
    { numRuns: 100 },
  );
}, 60_000);

describe('beside what git knows', () => {
  test('`.colabignore` goes before the `.gitignore` beside it', async () => {
    const rules = await made(['', '*.bin\nsecret'], ['', '!model.bin\ndata/']);
    expect(rules.ignores('other.bin', false)).toBe(true);
    expect(rules.ignores('model.bin', false)).toBe(false);
    expect(rules.ignores('data', true)).toBe(true);
    expect(rules.ignores('data/x', false)).toBe(true);
    expect(rules.ignores('data', false)).toBe(false);
  });

  test('`.git` is left out wherever it is', async () => {
    const rules = await made(['', '!.git']);
    expect(rules.ignores('.git', true)).toBe(true);
    expect(rules.ignores('sub/.git', false)).toBe(true);
    expect(rules.ignores('sub/.git/config', false)).toBe(true);
    expect(rules.ignores('.github', true)).toBe(false);
  });

  test('the rules of a repository count in a folder of it', async () => {
    const texts = [{ folder: '', text: '*.ckpt\n/src/gen/\n/gen' }];
    const rules = await syncRules({ prefix: 'src', texts }, 'linux');
    expect(rules.ignores('deep/x.ckpt', false)).toBe(true);
    expect(rules.ignores('gen', true)).toBe(true);
    expect(rules.ignores('other/gen', true)).toBe(false);
    rules.add('deep', '!x.ckpt\n/only');
    expect(rules.ignores('deep/x.ckpt', false)).toBe(false);
    expect(rules.ignores('deep/only', false)).toBe(true);
    expect(rules.ignores('only', false)).toBe(false);
  });

  test('a folder that is named is meant, also when it is ignored', async () => {
    const rules = await syncRules({ prefix: 'out', texts: [{ folder: '', text: 'out/\n*.tmp' }] }, 'linux');
    expect(rules.ignores('result', false)).toBe(false);
    expect(rules.ignores('x.tmp', false)).toBe(false);
  });

  test('line ends of Windows, a byte order mark, and names of any case there', async () => {
    const rules = await made(['', '\ufeff*.log\r\nbuild/\r\n']);
    expect(rules.ignores('x.log', false)).toBe(true);
    expect(rules.ignores('build', true)).toBe(true);
    expect(rules.ignores('X.LOG', false)).toBe(false);
    const windows = await syncRules(NOTHING_ABOVE, 'win32');
    windows.add('', '*.log');
    expect(windows.ignores('X.LOG', false)).toBe(true);
  });
});
