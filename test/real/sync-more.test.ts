import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { execute, picture } from '../support/files.ts';
import { changed, put, syncPair } from '../support/sync-pair.ts';

let cli: Cli;

beforeAll(async () => {
  cli = await makeCli();
  expect(await cli.call(['connect', '--no-shell'])).toMatchObject({ code: 0 });
}, 180_000);
afterAll(async () => cli?.close(), 60_000);

const pair = (files: Readonly<Record<string, string>> = {}) => syncPair(cli, files);
const read = (...parts: string[]) => readFile(join(...parts), 'utf8');

describe('the runtime to here', () => {
  test('the same rules the other way round', async () => {
    const { here, there, sync } = await pair({});
    await put(there, { 'a.txt': 'a', 'sub/b': 'b', '.gitignore': '*.log\n', 'x.log': 'l', 'sub/y.log': 'l' });
    await mkdir(join(there, 'empty'));
    await writeFile(join(there, 'large.bin'), Buffer.alloc(2_500_000, 9));
    const first = await sync('--pull');
    expect(first).toMatchObject({ direction: 'pull', success: true, bytes: 2_500_008 });
    expect((await readdir(here)).sort()).toEqual(['.gitignore', 'a.txt', 'empty', 'large.bin', 'sub']);
    expect(await readdir(join(here, 'sub'))).toEqual(['b']);
    expect(changed(await sync('--pull'))).toEqual([]);
    await put(there, { 'a.txt': 'A', 'sub/b': 'B' });
    await put(here, { 'sub/b': 'mine', 'own.log': 'kept', 'own.txt': 'o' });
    const second = await sync('--pull', '--delete');
    expect(changed(second)).toEqual(['update a.txt', 'delete own.txt']);
    expect(second.conflicts).toEqual([{ path: 'sub/b', reason: 'both-changed' }]);
    expect(await read(here, 'sub', 'b')).toBe('mine');
    expect(await read(here, 'own.log')).toBe('kept');
    expect(await sync('--pull', '--force')).toMatchObject({ conflicts: [] });
    expect(await read(here, 'sub', 'b')).toBe('B');
  }, 60_000);

  test('there and back: what was sent and changed there comes back, and goes again', async () => {
    const { here, there, sync } = await pair({ 'model.py': 'v1', 'log.txt': '' });
    await sync();
    await put(there, { 'log.txt': 'epoch 1', 'weights.bin': 'w' });
    expect(changed(await sync('--pull')).sort()).toEqual(['create weights.bin', 'update log.txt']);
    await put(here, { 'model.py': 'v2' });
    expect(changed(await sync())).toEqual(['update model.py']);
    expect(await picture(there)).toBe(await picture(here));
  }, 60_000);

  test('a folder here that is yet to be made, with the rules of this machine before those there', async () => {
    const { here, there } = await pair({ '.gitignore': '/secret\n' });
    await put(there, { '.gitignore': '/result\n', result: 'r', secret: 's' });
    expect(changed(await cli.json(['sync', '--pull', here, there, '--json']))).toEqual(['create result']);
    const fresh = `${here}-fresh`;
    expect(changed(await cli.json(['sync', '--pull', fresh, there, '--json']))).toEqual([
      'create .gitignore',
      'create secret',
    ]);
  }, 60_000);
});

test('more on the runtime than is told ahead of our answers', async () => {
  const { there, sync } = await pair({ '.gitignore': 'cache/\n', 'a.txt': 'a' });
  await mkdir(there);
  await execute('sh', ['-c', 'mkdir -p cache more/deep; touch cache/x; cd more/deep; seq 14000 | xargs touch'], {
    cwd: there,
  });
  expect(await sync()).toMatchObject({ success: true, extra: 14_002, unchanged: 0 });
}, 60_000);

describe('with a run', () => {
  test('`run --sync` runs in the folder, with the newest files', async () => {
    const { here } = await pair({ 'tell.py': 'print("one")' });
    const folder = here.split('/').at(-1) ?? '';
    const python = process.env.LECODER_TEST_PYTHON ?? 'python3';
    const first = await cli.json(['run', '--sync', here, '--json', '--', 'pwd', '&&', 'true']);
    expect(first).toMatchObject({ command: 'run' });
    expect(await cli.json(['run', '--sync', here, '--json', `pwd; ${python} tell.py`])).toMatchObject({
      success: true,
      stdout: expect.stringMatching(new RegExp(`/${folder}\none\n$`)),
    });
    await put(here, { 'tell.py': 'print("newer")', 'part.py': 'VALUE = 41' });
    const told = await cli.call(['run', '--sync', here, `${python} tell.py`]);
    expect(told).toMatchObject({ code: 0, stdout: 'newer\n' });
    expect(told.stderr).toMatch(/^synced: 2 files sent /m);
    const cell = await cli.json(['run', '--sync', here, '--json', '-k', 'import os, part; (os.getcwd(), part.VALUE)']);
    expect(cell.result).toMatch(new RegExp(`/${folder}', 41\\)$`));
    expect((await cli.json(['run', '--json', '-k', 'os.getcwd()'])).result).not.toContain(folder);
    // A cell that goes elsewhere by itself stays there.
    await cli.json(['run', '--sync', here, '--json', '-k', 'os.chdir("/")']);
    expect((await cli.json(['run', '--json', '-k', 'os.getcwd()'])).result).toBe("'/'");
  }, 90_000);

  test('does not run beside a conflict', async () => {
    const { here } = await pair({ 'x.txt': 'mine' });
    const there = (await cli.json(['sync', here, '--json'])).remote;
    await put(here, { 'x.txt': 'mine too' });
    await put(there, { 'x.txt': 'yours' });
    expect(await cli.json(['run', '--sync', here, '--json', 'touch ran'])).toMatchObject({
      success: false,
      stdout: '',
      error: { code: 1303, message: '`x.txt` is in conflict and was left alone on both sides' },
    });
    expect(await readdir(there)).toEqual(['x.txt']);
  }, 60_000);
});

describe('--watch', () => {
  test('sends what changes, a line for each round, until Ctrl-C', async () => {
    const { here, there } = await pair({ 'a.txt': '1', '.gitignore': 'skip\n' });
    const program = join(process.cwd(), 'dist', 'lecoder-cgpu.cjs');
    const child = spawn(process.execPath, [program, 'sync', here, there, '--watch', '--json'], { env: cli.env });
    const said = { out: '', err: '' };
    const waiting = new Set<() => void>();
    child.stdout.on('data', chunk => {
      said.out += chunk;
    });
    child.stderr.on('data', chunk => {
      said.err += chunk;
      for (const look of waiting) look();
    });
    const ended = new Promise<number | null>(resolve => child.on('close', resolve));
    const line = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => pattern.test(said.err) && resolve();
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without ${pattern}:\n${said.err}`)));
      });
    try {
      await line(/2 files sent/);
      await put(here, { 'a.txt': 'changed', skip: 'ignored' });
      await line(/ a\.txt: 1 file sent/);
      expect(await read(there, 'a.txt')).toBe('changed');
      await put(here, { 'deep/er/b.txt': 'b' });
      await line(/ deep\/er\/b\.txt: 1 file sent/);
      await put(here, { '.gitignore': 'other\n' });
      await line(/skip.*: 2 files sent|skip: 1 file sent/);
      await rename(join(here, 'a.txt'), join(here, 'c.txt'));
      await line(/ c\.txt: 1 file sent/);
      await put(there, { 'c.txt': 'theirs' });
      await put(here, { 'c.txt': 'mine' });
      await line(/warning: in conflict and left alone on both sides: `c\.txt`/);
    } finally {
      child.kill('SIGINT');
    }
    expect(await ended).toBe(130);
    const object = JSON.parse(said.out);
    expect(object).toMatchObject({ command: 'sync', success: false, status: 'abort', error: { code: 1208 } });
    expect(object.rounds).toBeGreaterThanOrEqual(5);
    expect(object.conflicts).toEqual([{ path: 'c.txt', reason: 'both-changed' }]);
  }, 60_000);
});

test('5,000 files with one change take less than 3 seconds', async () => {
  const { here, there, sync } = await pair({});
  for (let folder = 0; folder < 50; folder++) {
    await mkdir(join(here, `pack${folder % 5}`, `part${folder}`), { recursive: true });
    const part = join(here, `pack${folder % 5}`, `part${folder}`);
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => writeFile(join(part, `f${index}.py`), `${folder} ${index}\n`)),
    );
  }
  expect(await sync()).toMatchObject({ unchanged: 0, success: true });
  await sync(); // what was written only just now is hashed once more
  await put(here, { 'pack1/part1/f7.py': 'changed' });
  const started = performance.now();
  expect(await sync()).toMatchObject({ unchanged: 4999, changes: [{ path: 'pack1/part1/f7.py' }] });
  expect(performance.now() - started).toBeLessThan(3000);
  expect(await picture(there)).toBe(await picture(here));
}, 60_000);
