import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rulesAbove } from '../../../../src/operations/sync/rules-above.ts';
import { syncRules } from '../../../../src/operations/sync/sync-rules.ts';

let top: string;

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'lecoder-above-')));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}

const PATHS = ['x.log', 'keep.log', 'deep/x.log', 'out', 'deep/out', 'own', 'secret', 'deep/secret', 'plain'];

test('rules between the top of the repository and the folder count, as git says', async () => {
  execFileSync('git', ['init', '-q', top]);
  put('.gitignore', '*.log\n/a/b/own\n');
  put('a/.gitignore', '!keep.log\nb/out\n');
  put('a/b/.gitignore', 'nothing\n');
  put('.git/info/exclude', 'secret\n');
  for (const path of PATHS) put(`a/b/${path}`, '');
  const rules = await syncRules(await rulesAbove(join(top, 'a', 'b')), 'linux');
  const git = execFileSync('git', ['check-ignore', '--no-index', '--stdin'], {
    cwd: join(top, 'a', 'b'),
    input: PATHS.join('\n'),
  });
  expect(PATHS.filter(path => rules.ignores(path, false))).toEqual(git.toString().trim().split('\n'));
});

test('outside of a repository nothing above counts', async () => {
  put('.gitignore', '*');
  mkdirSync(join(top, 'a'));
  expect(await rulesAbove(join(top, 'a'))).toEqual({ prefix: '', texts: [] });
});
