import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../../../src/main.ts';
import { localPath } from '../../../../src/operations/files/push-files.ts';
import { testHost } from '../../../support/test-host.ts';

test.each([
  ['data', '/work/data'],
  ['data/', '/work/data/'],
  ['data/.', '/work/data/.'],
  ['.', '/work/.'],
  ['..', '/.'],
  ['a/..', '/work/.'],
  ['/abs/x', '/abs/x'],
  ['.hidden', '/work/.hidden'],
  ['ends.', '/work/ends.'],
])('%s is %s', (word, path) => {
  expect(localPath(word, '/work')).toBe(path);
});

async function refusal(argv: readonly string[]) {
  const host = testHost({ stdin: '' });
  await mkdir(join(host.folder, 'folder'));
  for (const name of ['a', 'b', 'c']) await writeFile(join(host.folder, name), name);
  const exit = await main([...argv, '--json'], host);
  return { exit, message: JSON.parse(host.stdout.text).error.message };
}

describe('what is refused before anything is asked of a runtime', () => {
  test.each([
    [['upload'], 2, 'needs'],
    [['upload', ''], 2, 'empty'],
    [['upload', '-'], 2, 'no name of its own'],
    [['upload', '-', 'folder/'], 2, 'no name of its own'],
    [['upload', '-', 'a', 'x'], 2, 'no name of its own'],
    [['upload', 'a', 'b', 'c'], 2, '`c` is a file here'],
    [['upload', 'nothing'], 1, 'on this machine, `nothing`'],
    [['download', 'x', '-'], 2, 'standard output is taken'],
    [['download', ''], 2, 'empty'],
    [['files', 'mv', 'x'], 2, 'where to'],
    [['files', 'rm', '-r', 'x'], 2, 'nobody can be asked'],
    [['files', 'ls'], 2, 'no session'],
  ])('%j', async (argv, exit, message) => {
    expect(await refusal(argv)).toEqual({ exit, message: expect.stringContaining(message) });
  });
});

test('a no at the terminal removes nothing', async () => {
  const host = testHost({ typed: ['n'], columns: 80 });
  expect(await main(['files', 'rm', '-r', 'runs'], host)).toBe(0);
  expect(host.stdout.text).toBe('nothing was removed\n');
});
