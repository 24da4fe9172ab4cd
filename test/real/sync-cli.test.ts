import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SyncObject } from '../../src/core/contract/sync.ts';
import { type Cli, makeCli } from '../support/cli.ts';
import { picture } from '../support/files.ts';
import { changed, put, syncPair } from '../support/sync-pair.ts';

let cli: Cli;

beforeAll(async () => {
  cli = await makeCli();
  expect(await cli.call(['connect', '--no-shell'])).toMatchObject({ code: 0 });
}, 180_000);
afterAll(async () => cli?.close(), 60_000);

const pair = (files: Readonly<Record<string, string>> = {}) => syncPair(cli, files);
const read = (...parts: string[]) => readFile(join(...parts), 'utf8');

describe('here to the runtime', () => {
  test('everything first, then what changed alone', async () => {
    const { here, there, sync } = await pair({ 'a.py': 'a', 'sub/b.py': 'b', '.hidden/x y': 'h', 'sub/ünï 文': 'u' });
    await mkdir(join(here, 'empty'));
    await symlink('a.py', join(here, 'link'));
    await symlink('/nowhere', join(here, 'dangling'));
    await chmod(join(here, 'a.py'), 0o755);
    await utimes(join(here, 'sub', 'b.py'), 1_000_000_000, 1_000_000_000);
    await writeFile(join(here, 'large.bin'), Buffer.alloc(3_000_000, 7));
    expect(await sync()).toMatchObject({
      success: true,
      local: here,
      remote: there,
      direction: 'push',
      unchanged: 0,
      conflicts: [],
      bytes: 3_000_004,
    });
    expect(await picture(there)).toBe(await picture(here));
    expect((await stat(join(there, 'sub', 'b.py'))).mtimeMs).toBe(1_000_000_000_000);
    const nothing = await sync();
    expect(changed(nothing)).toEqual([]);
    SyncObject.parse(nothing);
    await put(here, { 'sub/b.py': 'B' });
    const second = await sync();
    expect(changed(second)).toEqual(['update sub/b.py']);
    expect(second).toMatchObject({ bytes: 1, unchanged: 6 });
    await chmod(join(here, 'large.bin'), 0o600);
    expect(changed(await sync())).toEqual(['mode large.bin']);
    expect(await picture(there)).toBe(await picture(here));
  }, 60_000);

  test('a touch moves nothing', async () => {
    const { here, sync } = await pair({ 'a.txt': 'one' });
    await sync();
    await utimes(join(here, 'a.txt'), 1_500_000_000, 1_500_000_000);
    expect(changed(await sync())).toEqual([]);
    await put(here, { 'a.txt': 'two' });
    expect(changed(await sync())).toEqual(['update a.txt']);
  }, 60_000);

  test('what is ignored is neither sent nor removed', async () => {
    const { there, sync } = await pair({
      '.gitignore': '*.log\n/data/\n',
      '.colabignore': '!keep.log\nnotes.txt\n',
      'x.log': '',
      'keep.log': '',
      'notes.txt': '',
      'data/big': '',
      'sub/.gitignore': '/local\n',
      'sub/local': '',
      'sub/deep/local': '',
      '.git/HEAD': '',
    });
    await put(there, {
      'data/result': 'R',
      'x.log': 'theirs',
      'stale.txt': 's',
      'old/data.txt': 'o',
      'old/run.log': 'l',
    });
    const found = await sync('--delete');
    expect(changed(found).sort()).toEqual([
      'create .colabignore',
      'create .gitignore',
      'create keep.log',
      'create sub',
      'create sub/.gitignore',
      'create sub/deep',
      'create sub/deep/local',
      'delete old/data.txt',
      'delete stale.txt',
    ]);
    expect((await readdir(there)).sort()).toEqual([
      '.colabignore',
      '.gitignore',
      'data',
      'keep.log',
      'old',
      'sub',
      'x.log',
    ]);
    expect(await read(there, 'data', 'result')).toBe('R');
    expect(await read(there, 'x.log')).toBe('theirs');
    expect(await readdir(join(there, 'old'))).toEqual(['run.log']);
  }, 60_000);

  test('removal only when it is asked for; `--dry-run` changes nothing', async () => {
    const { here, there, sync } = await pair({ 'gone/deep.txt': 'd', 'stays.txt': 's' });
    await sync();
    await rm(join(here, 'gone'), { recursive: true });
    await put(here, { 'stays.txt': 'other' });
    const before = await picture(there);
    const dry = await sync('--delete', '--dry-run');
    expect(changed(dry)).toEqual(['update stays.txt', 'delete gone/deep.txt', 'delete gone']);
    expect(dry).toMatchObject({ dryRun: true, success: true });
    expect(await picture(there)).toBe(before);
    expect(await sync()).toMatchObject({ extra: 2, changes: [{ path: 'stays.txt' }] });
    expect(await read(there, 'gone', 'deep.txt')).toBe('d');
    expect(changed(await sync('--delete'))).toEqual(['delete gone/deep.txt', 'delete gone']);
    expect(await picture(there)).toBe(await picture(here));
  }, 60_000);

  test('conflicts are named and left alone; what changed there alone is kept', async () => {
    const { here, there, sync } = await pair({ 'both.txt': '1', 'theirs.txt': '1', 'ours.txt': '1' });
    await sync();
    await put(here, { 'both.txt': 'mine', 'ours.txt': 'new' });
    await put(there, { 'both.txt': 'yours', 'theirs.txt': 'trained' });
    const found = await sync();
    expect(found).toMatchObject({
      success: false,
      conflicts: [{ path: 'both.txt', reason: 'both-changed' }],
      kept: ['theirs.txt'],
      error: { code: 1303, exit: 1, retryable: false },
    });
    SyncObject.parse(found);
    expect(changed(found)).toEqual(['update ours.txt']);
    expect(await read(there, 'both.txt')).toBe('yours');
    expect(await read(there, 'theirs.txt')).toBe('trained');
    const told = await cli.call(['sync', here, there]);
    expect(told).toMatchObject({ code: 1 });
    expect(told.stdout).toContain(
      '! both.txt: changed on both sides\n= theirs.txt: changed only on the runtime, left as it is\n',
    );
    expect(told.stderr).toContain('error: `both.txt` is in conflict and was left alone on both sides\nhint: ');
    expect(await sync('--force')).toMatchObject({ success: true, conflicts: [], kept: [] });
    expect(await picture(there)).toBe(await picture(here));
  }, 60_000);

  test('the first sync onto a folder that holds other files', async () => {
    const { here, there, sync } = await pair({ 'same.txt': 'same', 'other.txt': 'mine', 'size.txt': 'longer' });
    await put(there, { 'same.txt': 'same', 'other.txt': 'your', 'size.txt': 's' });
    expect(await sync()).toMatchObject({
      unchanged: 1,
      changes: [],
      conflicts: [
        { path: 'other.txt', reason: 'never-synced' },
        { path: 'size.txt', reason: 'never-synced' },
      ],
    });
    expect(changed(await sync('--force'))).toEqual(['update other.txt', 'update size.txt']);
    expect(await picture(there)).toBe(await picture(here));
  }, 60_000);

  test('a file becomes a folder, a folder a file, a file a link', async () => {
    const { here, there, sync } = await pair({ file: 'f', 'folder/in': 'i', 'full/in': 'i', plain: 'p' });
    await sync();
    await put(there, { 'full/result': 'made there' });
    for (const name of ['file', 'folder', 'full', 'plain']) await rm(join(here, name), { recursive: true });
    await put(here, { 'file/now': 'n', folder: 'now a file', full: 'too' });
    await symlink('folder', join(here, 'plain'));
    const found = await sync();
    expect(found.conflicts).toEqual([{ path: 'full', reason: 'folder-in-the-way' }]);
    expect(await read(there, 'full', 'result')).toBe('made there');
    await rm(join(there, 'full', 'result'));
    expect(await sync()).toMatchObject({ conflicts: [] });
    expect(await picture(there)).toBe(await picture(here));
  }, 60_000);

  test('nothing is written through a link of the target', async () => {
    const { here, there, sync } = await pair({ 'sub/x': 'mine' });
    const outside = join(cli.home, 'outside');
    await put(outside, { x: 'theirs' });
    await mkdir(there);
    await symlink(outside, join(there, 'sub'));
    expect(await sync()).toMatchObject({ conflicts: [{ path: 'sub', reason: 'never-synced' }] });
    expect(await read(outside, 'x')).toBe('theirs');
    expect(await sync('--force')).toMatchObject({ conflicts: [] });
    expect(await read(outside, 'x')).toBe('theirs');
    expect(await picture(there)).toBe(await picture(here));
  }, 60_000);

  test('what cannot be meant', async () => {
    const { here } = await pair({ 'x.txt': '' });
    expect(await cli.json(['sync', join(here, 'none'), '--json'])).toMatchObject({ error: { code: 1301, exit: 1 } });
    expect(await cli.json(['sync', join(here, 'x.txt'), '--json'])).toMatchObject({ error: { code: 1403, exit: 2 } });
    expect(await cli.json(['sync', here, '.', '--delete', '--json'])).toMatchObject({ error: { code: 1403 } });
    expect(await cli.json(['sync', here, '/', '--delete', '--json'])).toMatchObject({ error: { code: 1403 } });
    expect(await cli.json(['sync', here, join(here, 'x.txt'), '--json'])).toMatchObject({ error: { code: 1303 } });
    expect(await cli.json(['sync', here, 'none', '--pull', '--json'])).toMatchObject({ error: { code: 1301 } });
    expect(await cli.json(['sync', here, '--pull', '--watch', '--json'])).toMatchObject({ error: { code: 1403 } });
    expect(await cli.json(['run', '--sync', join(here, 'none'), 'ls', '--json'])).toMatchObject({
      error: { code: 1301 },
    });
  }, 60_000);
});
