import { randomBytes, randomInt } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import type { RemoteFiles, Transfer } from '../../src/core/files.ts';
import { type Cli, makeCli } from '../support/cli.ts';
import { dice } from '../support/dice.ts';
import { down, hashOf, quiet, temporary, up } from '../support/files.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { openHalf, startKernel, viaProxy } from '../support/remote-half.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const never = new AbortController().signal;
const MB = 1_000_000;
const WAYS = ['push', 'pull'] as const;

let server: TestServer;
let proxy: TcpProxy;
let kernelId: string;
/** Files of 100 KB to 5 MB with their hashes: what is moved about. */
let pool: { readonly path: string; readonly size: number; readonly sum: string }[];
let folder: AsyncDisposable & { readonly path: string };

beforeAll(async () => {
  server = await startJupyter();
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  kernelId = await startKernel(server.doorway);
  folder = await temporary();
  pool = await Promise.all(
    [0.1, 0.3, 0.7, 1.048576, 1.1, 1.9, 3.2, 5].map(async size => {
      const path = join(folder.path, `${size}.bin`);
      await writeFile(path, randomBytes(size * MB));
      return { path, size: size * MB, sum: await hashOf(path) };
    }),
  );
}, 120_000);
afterAll(async () => {
  await proxy?.close();
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
});

/** Calls of clients that are gone end after 5 seconds, lest they pile up. */
const wired = () => openHalf(viaProxy(server.doorway, proxy), kernelId, { silence: 5000 });
const move = (files: RemoteFiles, way: (typeof WAYS)[number], wish: Moving): Promise<Transfer> =>
  way === 'push'
    ? files.push(up([wish.from], wish.to), quiet, wish.signal ?? never)
    : files.pull(down([wish.from], wish.to), quiet, wish.signal ?? never);

interface Moving {
  readonly from: string;
  readonly to: string;
  readonly signal?: AbortSignal;
}

/** A repeatable choice of accidents; the seed is named when the test fails. */
function seeded() {
  const seed = randomInt(2 ** 31);
  onTestFailed(() => void process.stderr.write(`the seed was ${seed}\n`));
  return dice(seed);
}

describe('a connection that is cut after a random number of bytes', () => {
  test.each(WAYS)(
    '%s: is mended, and the file is whole, 100 times',
    async way => {
      const { below, pick } = seeded();
      await using place = await temporary();
      await using live = await wired();
      let cuts = 0;
      let left = 0;
      const cutSoon = (size: number) => proxy.cutAfterEither(1 + below(size));
      live.link.onState(({ state }) => {
        if (state === 'reconnecting') cuts += 1;
        else if (state === 'reconnected' && left-- > 0) cutSoon(2 * MB);
      });
      for (let round = 0; round < 100; round++) {
        const { path, size, sum } = pick(pool);
        const to = join(place.path, String(round));
        left = below(3);
        cutSoon(size);
        const done = await move(live.half.files, way, { from: path, to });
        expect([round, done.files[0]?.sha256, await hashOf(to)]).toEqual([round, sum, sum]);
        await rm(to);
      }
      expect(cuts).toBeGreaterThan(100);
      expect(await readdir(place.path)).toEqual([]);
    },
    120_000,
  );

  test.each(WAYS)(
    '%s: whose client is gone with it: the next one goes on, until it is whole',
    async way => {
      const { below, pick } = seeded();
      await using place = await temporary();
      let begun = 0;
      let resumed = 0;
      for (let round = 0; round < 10; round++) {
        // Of those that are not sent in one piece.
        const { path, size, sum } = pick(pool.slice(-4));
        const to = join(place.path, String(round));
        for (let whole = false; !whole; begun++) {
          proxy.cutAfterEither(Number.POSITIVE_INFINITY);
          await using live = await wired();
          const gone = new AbortController();
          live.link.onState(() => {
            live.link.close();
            gone.abort(new Error('gone'));
          });
          proxy.cutAfterEither(20_000 + below(size));
          whole = await move(live.half.files, way, { from: path, to, signal: gone.signal }).then(
            done => {
              resumed += done.resumed;
              return true;
            },
            error => {
              if (error.message !== 'gone') throw error;
              return false;
            },
          );
        }
        expect([round, await hashOf(to)]).toEqual([round, sum]);
      }
      expect(begun).toBeGreaterThan(14);
      expect(resumed).toBeGreaterThan(MB);
      expect((await readdir(place.path)).filter(name => name.includes('part'))).toEqual([]);
    },
    120_000,
  );
});

describe('a command that is killed', () => {
  let cli: Cli;
  beforeAll(async () => {
    cli = await makeCli();
    expect(await cli.call(['connect', '--no-shell'])).toMatchObject({ code: 0 });
    await writeFile(join(cli.home, 'from'), randomBytes(60 * MB));
  }, 120_000);
  afterAll(async () => cli?.close(), 60_000);

  test.each(['upload', 'download'])(
    '%s: again and again at random moments: at last the file is whole',
    async command => {
      const { below } = seeded();
      const to = join(cli.home, `${command}ed`);
      let killed = 0;
      for (let whole = false; !whole; ) {
        const over = new AbortController();
        // Later each time, and the last time not at all.
        const bytes = (8 * killed + below(8)) * MB;
        const ending = await cli.call([command, join(cli.home, 'from'), to], {
          onStart: signal => void whenHeld(join(cli.home, `.${command}ed.lecoder-part`), bytes, over.signal, signal),
        });
        over.abort();
        whole = ending.code === 0;
        if (!whole) killed += 1;
        expect(ending).toMatchObject({ code: whole ? 0 : null });
      }
      expect(killed).toBeGreaterThan(0);
      expect(await hashOf(to)).toBe(await hashOf(join(cli.home, 'from')));
      expect((await readdir(cli.home)).filter(name => name.includes('part'))).toEqual([]);
    },
    120_000,
  );
});

/** Kills once the file holds so many bytes. Nothing tells of what another process writes, so it looks again and again. */
async function whenHeld(
  path: string,
  bytes: number,
  over: AbortSignal,
  signal: (name: NodeJS.Signals) => void,
): Promise<void> {
  while (!over.aborted) {
    const held = await stat(path).catch(() => null);
    if (held !== null && held.size >= bytes) return signal('SIGKILL');
    await new Promise(resolve => setTimeout(resolve, 1));
  }
}
