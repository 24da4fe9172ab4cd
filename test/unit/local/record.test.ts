import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localFiles, writePrivate } from '../../../src/local/files.ts';
import {
  doorwayTo,
  readRecord,
  removeRecord,
  runtimeOf,
  type ServerRecord,
  writeRecord,
} from '../../../src/local/record.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))));

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-record-'));
  folders.push(folder);
  return folder;
}

async function files() {
  const folder = await temporary();
  return localFiles({ config: join(folder, 'config'), data: join(folder, 'data') });
}

function record(folder: string): ServerRecord {
  return {
    id: 'local-1',
    pid: 7,
    identity: 'then',
    url: 'http://127.0.0.1:5/',
    token: 'hush',
    python: '/p',
    version: '2.0',
    createdAt: '2026-01-01T00:00:00.000Z',
    variant: 'cpu',
    accelerator: null,
    folder,
  };
}

test('is read as it was written, by its owner alone', async () => {
  const at = await files();
  const written = record(join(at.folder, 'local-1'));
  await writeRecord(at, written);
  expect(readRecord(at)).toEqual(written);
  expect(await readdir(at.folder)).toEqual(['runtime.json']);
  if (process.platform !== 'win32') {
    expect((await stat(at.record)).mode & 0o777).toBe(0o600);
    expect((await stat(at.folder)).mode & 0o777).toBe(0o700);
  }
});

test.each(['', '{', '[]', 'null', '{"id":"local-1"}', '{"id":1,"pid":"x"}'])('%j is no record', async text => {
  const at = await files();
  await writePrivate(at.record, text);
  expect(readRecord(at)).toBeNull();
});

test('no file is no record', async () => {
  expect(readRecord(await files())).toBeNull();
});

test('removing one record leaves the one that took its place', async () => {
  const at = await files();
  const old = record(join(at.folder, 'local-0'));
  await writePrivate(join(old.folder, 'config.json'), '{}');
  await writeRecord(at, { ...old, id: 'local-2' });
  await removeRecord(at, old);
  expect(readRecord(at)?.id).toBe('local-2');
  expect(await readdir(dirname(at.record))).toEqual(['runtime.json']);
});

test('a write that fails leaves no draft', async () => {
  const at = await files();
  await writePrivate(join(at.folder, 'x', 'y'), '');
  await expect(writePrivate(join(at.folder, 'x'), '')).rejects.toThrow();
  expect(await readdir(at.folder)).toEqual(['x']);
  await writeFile(join(at.folder, 'x', 'y'), '');
});

test('the doorway carries the token in a header, the runtime not at all', async () => {
  const at = record('/f');
  expect(doorwayTo(at)).toEqual({
    http: new URL('http://127.0.0.1:5/'),
    ws: new URL('ws://127.0.0.1:5/'),
    headers: { Authorization: 'token hush' },
    expires: null,
  });
  expect(JSON.stringify(runtimeOf(at))).not.toContain('hush');
});
