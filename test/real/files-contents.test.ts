import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RemoteFiles } from '../../src/core/files.ts';
import { nodeHost } from '../../src/node-host.ts';
import { contentsFiles } from '../../src/remote/contents/contents-files.ts';
import { down, hashOf, picture, quiet, temporary, up } from '../support/files.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { pieces, viaProxy } from '../support/remote-half.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;
const MB = 1_000_000;

let server: TestServer;
let proxy: TcpProxy;
let files: RemoteFiles;
/** By way of the proxy. */
let shaky: RemoteFiles;

beforeAll(async () => {
  server = await startJupyter();
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  const place = { root: null, folder: '' };
  const far = viaProxy(server.doorway, proxy);
  files = contentsFiles(nodeHost(), { ...place, doorway: () => server.doorway });
  shaky = contentsFiles(nodeHost(), { ...place, doorway: () => far });
});
afterAll(async () => {
  await proxy?.close();
  await server?.stop();
});

const onServer = (path: string) => join(server.folder, path);

async function writeRandom(path: string, bytes: number): Promise<Buffer> {
  const content = randomBytes(bytes);
  await writeFile(path, content);
  return content;
}

describe('without a kernel', () => {
  test('a folder goes up and comes down: names of many scripts, empty files and folders, a notebook byte for byte', async () => {
    await using place = await temporary();
    const here = join(place.path, 'here');
    await mkdir(join(here, 'empty'), { recursive: true });
    await mkdir(join(here, 'deep', 'er'), { recursive: true });
    for (const name of ['файл', '文件 名', 'ملف', '🙂.txt', 'a#b?c%20d', 'zero'])
      await writeFile(join(here, name), name === 'zero' ? '' : name);
    await writeFile(
      join(here, 'deep', 'er', 'note.ipynb'),
      '{"cells": [],\n\n "metadata":{}, "nbformat":4,"nbformat_minor":5 }',
    );
    await writeFile(join(here, 'page.html'), '<html></html>');
    await writeRandom(join(here, 'large.bin'), 9 * MB);
    const sent = await files.push(up([here], 'there/'), quiet, never);
    // The server puts a folder of its own beside what it renames.
    const seen = (await picture(onServer('there/here')))
      .split('\n')
      .filter(line => !line.includes('.ipynb_checkpoints'));
    expect(seen.join('\n')).toBe(await picture(here));
    for (const { local, sha256 } of sent.files) expect(sha256).toBe(await hashOf(local));
    expect(sent).toMatchObject({ folders: 4, links: 0, resumed: 0 });
    const back = join(place.path, 'back');
    const got = await files.pull(down(['there/here'], back), quiet, never);
    expect(await picture(back)).toBe(await picture(here));
    for (const { local, sha256 } of got.files) expect(sha256).toBe(await hashOf(local));
    expect(got.bytes).toBe(sent.bytes);
  });

  test('a file that is there is replaced, standard input and output are served, and no part is left', async () => {
    await using place = await temporary();
    const bytes = randomBytes(10 * MB);
    for (const content of [Buffer.from('first'), bytes])
      await files.push({ ...up([], 'stream.bin'), stream: pieces(content, 300_000) }, quiet, never);
    expect((await readFile(onServer('stream.bin'))).equals(bytes)).toBe(true);
    const read: Uint8Array[] = [];
    await files.pull({ ...down(['stream.bin'], place.path), target: piece => void read.push(piece) }, quiet, never);
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
    expect((await readdir(server.folder)).filter(name => name.includes('lecoder-part'))).toEqual([]);
  });

  test('ls, cat, mkdir, mv and rm', async () => {
    expect(await files.makeFolders(['work/inner'], true, never)).toEqual(['work/inner']);
    await expect(files.makeFolders(['work'], false, never)).rejects.toMatchObject({ kind: 'transferFailed' });
    await writeFile(onServer('work/one'), 'eins');
    await writeFile(onServer('work/two'), 'zwei');
    await expect(files.move(['work/one', 'work/two'], false, never)).rejects.toMatchObject({ kind: 'transferFailed' });
    expect(await files.move(['work/one', 'work/two'], true, never)).toEqual([{ from: 'work/one', to: 'work/two' }]);
    expect(await files.move(['work/two', 'work/inner'], false, never)).toEqual([
      { from: 'work/two', to: 'work/inner/two' },
    ]);
    const read: Uint8Array[] = [];
    await files.cat(['work/inner/two'], piece => void read.push(piece), never);
    expect(Buffer.concat(read).toString()).toBe('eins');
    const [listing] = await files.list(['work'], { all: false, itself: false }, never);
    expect(listing).toMatchObject({ folder: true, entries: [{ name: 'inner', kind: 'folder' }] });
    const wish = { recursive: false, force: false };
    await expect(files.remove(['work'], wish, never)).rejects.toMatchObject({ kind: 'transferFailed' });
    expect(await files.remove(['work'], { ...wish, recursive: true }, never)).toEqual(['work']);
    await expect(stat(onServer('work'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.remove(['work'], wish, never)).rejects.toMatchObject({ kind: 'fileNotFound' });
    expect(await files.remove(['work'], { ...wish, force: true }, never)).toEqual([]);
  });

  test.each([
    ['~/x', 'usage'],
    ['/etc/passwd', 'usage'],
    ['../x', 'usage'],
    ['nothing.bin', 'fileNotFound'],
    ['*.bin', 'fileNotFound'],
  ])('what it cannot reach is said: %s', async (word, kind) => {
    await expect(files.pull(down([word], '/tmp/'), quiet, never)).rejects.toMatchObject({ kind });
  });

  test('hidden files are refused in words', async () => {
    await using place = await temporary();
    await writeFile(join(place.path, '.hidden'), 'x');
    const pushed = files.push(up([join(place.path, '.hidden')], ''), quiet, never);
    await expect(pushed).rejects.toMatchObject({ kind: 'permissionDenied' });
  });
});

describe('a connection that breaks', () => {
  test('behind a piece, before its answer: the piece is there once', async () => {
    await using place = await temporary();
    await writeRandom(join(place.path, 'lost.bin'), 20 * MB);
    const before = proxy.bytesLost;
    proxy.loseAfter(8 * MB);
    const cut = until(() => proxy.bytesLost > before).then(() => proxy.cut());
    const sent = await shaky.push(up([join(place.path, 'lost.bin')], 'lost.bin'), quiet, never);
    await cut;
    expect(proxy.bytesLost).toBeGreaterThan(before);
    expect(await hashOf(onServer('lost.bin'))).toBe(sent.files[0]?.sha256);
    expect((await stat(onServer('lost.bin'))).size).toBe(20 * MB);
  });

  test('anywhere, again and again, changes nothing', async () => {
    await using place = await temporary();
    const [here, back] = [join(place.path, 'cut.bin'), join(place.path, 'back.bin')];
    await writeRandom(here, 9 * MB);
    const sum = await hashOf(here);
    for (let round = 0; round < 4; round += 1) {
      proxy.cutAfterEither(randomInt(13 * MB));
      await shaky.push(up([here], 'cut.bin', { resume: false }), quiet, never);
      expect(await hashOf(onServer('cut.bin'))).toBe(sum);
    }
    for (let round = 0; round < 6; round += 1) {
      proxy.cutAfterEither(randomInt(9 * MB));
      await shaky.pull(down(['cut.bin'], back, { resume: false }), quiet, never);
      expect(await hashOf(back)).toBe(sum);
    }
  });
});

describe('an interrupted transfer', () => {
  test('goes on both ways from what is there', async () => {
    await using place = await temporary();
    const [here, back] = [join(place.path, 'half.bin'), join(place.path, 'back.bin')];
    const bytes = await writeRandom(here, 12 * MB);
    await writeFile(onServer('half.bin.lecoder-part'), bytes.subarray(0, 5 * MB));
    expect(await files.push(up([here], 'half.bin'), quiet, never)).toMatchObject({ resumed: 5 * MB, bytes: 12 * MB });
    expect(await hashOf(onServer('half.bin'))).toBe(await hashOf(here));
    await writeFile(join(place.path, '.back.bin.lecoder-part'), bytes.subarray(0, 7 * MB));
    expect(await files.pull(down(['half.bin'], back), quiet, never)).toMatchObject({ resumed: 7 * MB });
    expect(await hashOf(back)).toBe(await hashOf(here));
  });

  test('never goes on behind what is something else', async () => {
    await using place = await temporary();
    const [here, back] = [join(place.path, 'other.bin'), join(place.path, 'back.bin')];
    await writeRandom(here, 12 * MB);
    await writeRandom(onServer('other.bin.lecoder-part'), 5 * MB);
    expect(await files.push(up([here], 'other.bin'), quiet, never)).toMatchObject({ resumed: 0 });
    expect(await hashOf(onServer('other.bin'))).toBe(await hashOf(here));
    await writeRandom(join(place.path, '.back.bin.lecoder-part'), 7 * MB);
    await expect(files.pull(down(['other.bin'], back), quiet, never)).rejects.toMatchObject({ kind: 'transferFailed' });
    await files.pull(down(['other.bin'], back), quiet, never);
    expect(await hashOf(back)).toBe(await hashOf(here));
  });

  test('stops at an interruption, and the next one goes on', async () => {
    await using place = await temporary();
    const here = join(place.path, 'stopped.bin');
    await writeRandom(here, 20 * MB);
    const control = new AbortController();
    const before = proxy.bytesLost;
    proxy.loseAfter(16 * MB);
    const pushed = shaky.push(up([here], 'stopped.bin'), quiet, control.signal);
    const stopped = until(() => proxy.bytesLost > before).then(() => control.abort(new Error('enough')));
    await expect(pushed).rejects.toThrow('enough');
    await stopped;
    proxy.cut();
    await expect(stat(onServer('stopped.bin'))).rejects.toMatchObject({ code: 'ENOENT' });
    const { resumed } = await files.push(up([here], 'stopped.bin'), quiet, never);
    expect(resumed).toBeGreaterThanOrEqual(8 * MB);
    expect(await hashOf(onServer('stopped.bin'))).toBe(await hashOf(here));
  });
});
