import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, type Finished, makeCli } from '../support/cli.ts';
import { picture } from '../support/files.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { changed, put, syncPair } from '../support/sync-pair.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const MB = 1_000_000;
const LEFT = /\.lecoder-part$/;

let server: TestServer;
let proxy: TcpProxy;
let cli: Cli;

beforeAll(async () => {
  server = await startJupyter();
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  cli = await makeCli({
    LECODER_RUNTIME: 'jupyter',
    JUPYTER_SERVER_URL: proxy.through(server.url).href,
    JUPYTER_TOKEN: server.token,
  });
  await mkdir(cli.config, { recursive: true });
  await writeFile(join(cli.config, 'config.json'), '{"autoReconnect": false}');
  expect(await cli.call(['connect', '--no-shell'])).toMatchObject({ code: 0 });
}, 60_000);
afterAll(async () => {
  await cli?.close();
  await proxy?.close();
  await server?.stop();
}, 60_000);

/** Cuts the connection once so many bytes more went to the runtime, and gives back how the program ended. */
async function cutAfterSending(bytes: number, running: Promise<Finished>): Promise<Finished> {
  const start = proxy.bytesUp;
  const look = setInterval(() => {
    if (proxy.bytesUp - start < bytes) return;
    clearInterval(look);
    proxy.cut();
  }, 1);
  return running.finally(() => clearInterval(look));
}

function manyFiles(count: number, size: number): Record<string, Uint8Array> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`d${at % 7}/f${at}.bin`, randomBytes(size)]));
}

test('a sync that was cut off is taken up by the next, also when files have changed meanwhile', async () => {
  const { here, there, sync } = await syncPair(cli);
  await put(here, manyFiles(60, 200_000));
  await sync();
  for (const share of [1, 3, 7]) {
    await put(here, manyFiles(60, 200_000 + share));
    await put(here, { 'large.bin': randomBytes(5 * MB) });
    const ended = await cutAfterSending(share * MB, cli.call(['sync', here, there]));
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('error: lost the connection to the ');
    // What arrived of the first attempt is no change of the runtime's own.
    await put(here, manyFiles(20, 100 + share));
    expect(await sync()).toMatchObject({ success: true, conflicts: [], kept: [] });
    expect(await picture(there)).toBe(await picture(here));
  }
  const all = await readdir(there, { recursive: true });
  expect(all.filter(name => LEFT.test(name))).toEqual([]);
}, 90_000);

test('the same from the runtime to here', async () => {
  const { here, there, sync } = await syncPair(cli);
  await put(there, { ...manyFiles(60, 200_000), 'large.bin': randomBytes(5 * MB) });
  for (const share of [1, 6]) {
    proxy.cutAfter(share * MB);
    expect(await cli.call(['sync', here, there, '--pull'])).toMatchObject({ code: 4 });
    await put(there, manyFiles(20, 300 + share));
  }
  expect(await sync('--pull')).toMatchObject({ success: true, conflicts: [] });
  expect(await picture(here)).toBe(await picture(there));
}, 90_000);

test('two at once do not disturb each other', async () => {
  const { here, there, sync } = await syncPair(cli);
  await put(here, manyFiles(40, 50_000));
  const [one, two] = await Promise.all([sync(), sync()]);
  expect([changed(one).length, changed(two).length].sort()).toEqual([0, 47]);
  expect(await picture(there)).toBe(await picture(here));
}, 60_000);

test('a runtime folder that was emptied is filled again', async () => {
  const { here, there, sync } = await syncPair(cli, { 'a/b': 'x', c: 'y' });
  await sync();
  await rm(there, { recursive: true });
  expect(changed(await sync()).sort()).toEqual(['create a', 'create a/b', 'create c']);
  expect(await picture(there)).toBe(await picture(here));
}, 60_000);
