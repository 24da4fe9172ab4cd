import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, farServer, openDoor, readAll, writeAll } from '../support/forwarded.ts';
import { freePort, startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type OpenHalf, openHalf, sha256, shell, startKernel, viaProxy } from '../support/remote-half.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let server: TestServer;
let proxy: TcpProxy;
let kernelId: string;
let open: OpenHalf;

beforeAll(async () => {
  server = await startJupyter();
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  kernelId = await startKernel(server.doorway);
  open = await openHalf(server.doorway, kernelId);
});
afterAll(async () => {
  await open?.[Symbol.asyncDispose]();
  await proxy?.close();
  await server?.stop();
});

const DATA = randomBytes(100_000_000);
const WANTED = sha256(DATA);
/** What may lie between the two ends: a window of 16 MiB and what the systems' own buffers hold. */
const ON_THE_WAY = 40_000_000;

function echo(socket: Socket): void {
  socket.pipe(socket);
}

/** Answers with the hash of what came, once that has ended. */
function hashing(socket: Socket): void {
  const hash = createHash('sha256');
  socket.on('data', chunk => hash.update(chunk));
  socket.on('end', () => socket.end(hash.digest('hex')));
}

/** The code of the error that ends the connection; null when it ends well. */
async function broken(socket: Socket): Promise<string | null> {
  const failed = new Promise<string>(resolve => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
  const closed = once(socket, 'close').then(() => null);
  socket.resume();
  return Promise.race([failed, closed]);
}

/** Milliseconds that as many bytes take as a command's output: what this machine can do at the moment. */
async function timeOfCommand(): Promise<number> {
  const started = performance.now();
  const { outcome } = open.half.shell(shell(`head -c ${DATA.byteLength} /dev/zero`), () => {});
  expect(await outcome).toEqual({ kind: 'ok' });
  return performance.now() - started;
}

describe('100 MB', () => {
  test('come down whole, half as fast as a command writes them or faster', async () => {
    const limit = 2 * (await timeOfCommand());
    await using far = await farServer(socket => void writeAll(socket, DATA));
    using door = await openDoor(open.half, far.port);
    const started = performance.now();
    const client = connectTo(door.port);
    const bytes = await readAll(client);
    expect(performance.now() - started).toBeLessThan(limit);
    client.end();
    expect(sha256(bytes)).toBe(WANTED);
    expect(await door.tunnels[0]?.ended).toEqual({ kind: 'closed' });
    expect(door.tunnels[0]).toMatchObject({ bytesUp: 0, bytesDown: 100_000_000 });
  });

  test('go up whole, and their end after them; the answer still comes', async () => {
    await using far = await farServer(hashing);
    using door = await openDoor(open.half, far.port);
    const client = connectTo(door.port);
    const answer = readAll(client);
    await writeAll(client, DATA);
    expect((await answer).toString()).toBe(WANTED);
    expect(await door.tunnels[0]?.ended).toEqual({ kind: 'closed' });
    expect(door.tunnels[0]).toMatchObject({ bytesUp: 100_000_000, bytesDown: 64 });
  });

  test.each([0.3, 0.6])('both ways through sockets cut at %d of the way are neither lost nor doubled', async share => {
    await using cut = await openHalf(viaProxy(server.doorway, proxy), kernelId);
    await using far = await farServer(echo);
    using door = await openDoor(cut.half, far.port);
    const before = proxy.accepted;
    proxy.cutAfter(DATA.byteLength * share);
    cut.link.onState(state => {
      if (state.state === 'reconnected' && proxy.accepted - before < 3) proxy.cutAfter(12_345_678);
    });
    const client = connectTo(door.port);
    const answer = readAll(client);
    await writeAll(client, DATA);
    expect(sha256(await answer)).toBe(WANTED);
    expect(proxy.accepted - before).toBeGreaterThan(1);
  });
});

describe('ends', () => {
  test('the runtime side may end first and still read', async () => {
    const heard: Promise<Buffer>[] = [];
    await using far = await farServer(socket => {
      socket.end('bye');
      heard.push(readAll(socket));
    });
    using door = await openDoor(open.half, far.port);
    const client = connectTo(door.port);
    expect((await readAll(client)).toString()).toBe('bye');
    client.end('one word more');
    expect((await heard[0])?.toString()).toBe('one word more');
    expect(await door.tunnels[0]?.ended).toEqual({ kind: 'closed' });
  });

  test('a connection nobody takes breaks off at once', async () => {
    using door = await openDoor(open.half, await freePort());
    const started = performance.now();
    const client = connectTo(door.port);
    expect(await broken(client)).toBe('ECONNRESET');
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await door.tunnels[0]?.ended).toEqual({ kind: 'refused', reason: 'Connection refused' });
  });

  // Where a machine has no IPv6 nothing can listen there.
  if (Object.values(networkInterfaces()).some(list => list?.some(({ address }) => address === '::1')))
    test('`localhost` is also the other loopback address', async () => {
      await using far = await farServer(socket => void socket.end('there'), 0, '::1');
      using door = await openDoor(open.half, far.port);
      const client = connectTo(door.port);
      expect(String(await readAll(client))).toBe('there');
      client.end();
    });

  test('a host that does not exist is refused with its name', async () => {
    using door = await openDoor(open.half, 80, 'no-such-host.invalid');
    expect(await broken(connectTo(door.port))).toBe('ECONNRESET');
    expect(await door.tunnels[0]?.ended).toMatchObject({ kind: 'refused' });
  });

  test('a reset by the runtime side is a reset here, behind what was said before', async () => {
    await using far = await farServer(socket => {
      socket.write('half of an ans', () => socket.once('data', () => socket.resetAndDestroy()));
    });
    using door = await openDoor(open.half, far.port);
    const client = connectTo(door.port);
    const [said] = await once(client, 'data');
    expect(String(said)).toBe('half of an ans');
    const end = broken(client);
    client.write('go');
    expect(await end).toBe('ECONNRESET');
    expect(await door.tunnels[0]?.ended).toEqual({ kind: 'reset' });
  });

  test('a reset here is a reset on the runtime, behind what was said before', async () => {
    const ends: Promise<string | null>[] = [];
    let said = '';
    await using far = await farServer(socket => {
      socket.on('data', chunk => {
        said += chunk;
        socket.write('heard');
      });
      ends.push(broken(socket));
    });
    using door = await openDoor(open.half, far.port);
    const client = connectTo(door.port);
    client.write('hello');
    await once(client, 'data');
    client.resetAndDestroy();
    expect(await door.tunnels[0]?.ended).toEqual({ kind: 'reset' });
    expect(await ends[0]).toBe('ECONNRESET');
    expect(said).toBe('hello');
  });

  test('a server that answers early and closes is heard, although the request goes on', async () => {
    await using far = await farServer(socket => {
      socket.once('data', () => socket.pause().end('too large'));
    });
    using door = await openDoor(open.half, far.port);
    const client = connectTo(door.port);
    const answer = once(client, 'data');
    void writeAll(client, DATA.subarray(0, 40_000_000)).catch(() => {});
    expect(String((await answer)[0])).toBe('too large');
    for (const socket of far.sockets) socket.destroy();
    expect(await door.tunnels[0]?.ended).toEqual({ kind: 'reset' });
  });

  test('closing the half breaks off both sides', async () => {
    const own = await openHalf(server.doorway, kernelId);
    const ends: Promise<string | null>[] = [];
    await using far = await farServer(socket => {
      ends.push(broken(socket));
      socket.write('x');
    });
    using door = await openDoor(own.half, far.port);
    const client = connectTo(door.port);
    await once(client, 'data');
    const end = broken(client);
    own.half.close();
    expect(await end).toBe('ECONNRESET');
    expect(await ends[0]).toBe('ECONNRESET');
    expect(await door.tunnels[0]?.ended).toMatchObject({ kind: 'lost', failure: { kind: 'webSocketError' } });
    await own[Symbol.asyncDispose]();
  });
});

describe('a slow reader', () => {
  test('here holds up its own connection alone, and nothing piles up', async () => {
    await using far = await farServer(socket => void writeAll(socket, DATA).catch(() => {}));
    using slow = await openDoor(open.half, far.port);
    using quick = await openDoor(open.half, far.port);
    const waiting = connectTo(slow.port).pause();
    await once(waiting, 'connect');
    const passing = connectTo(quick.port);
    expect(sha256(await readAll(passing))).toBe(WANTED);
    passing.end();
    expect(slow.tunnels[0]?.bytesDown).toBeLessThan(ON_THE_WAY);
    expect(sha256(await readAll(waiting))).toBe(WANTED);
    waiting.end();
    expect(await slow.tunnels[0]?.ended).toEqual({ kind: 'closed' });
  });

  test('on the runtime holds up its own connection alone, and nothing piles up', async () => {
    const far1: Socket[] = [];
    await using lazy = await farServer(socket => far1.push(socket.pause()));
    await using keen = await farServer(hashing);
    using slow = await openDoor(open.half, lazy.port);
    using quick = await openDoor(open.half, keen.port);
    const waiting = connectTo(slow.port);
    const written = writeAll(waiting, DATA);
    const passing = connectTo(quick.port);
    const answer = readAll(passing);
    await writeAll(passing, DATA);
    expect((await answer).toString()).toBe(WANTED);
    expect(slow.tunnels[0]?.bytesUp).toBeLessThan(ON_THE_WAY);
    for (const socket of far1) hashing(socket.resume());
    expect((await readAll(waiting)).toString()).toBe(WANTED);
    await written;
  });
});

test('50 connections at once keep their bytes apart', async () => {
  await using far = await farServer(echo);
  using door = await openDoor(open.half, far.port);
  const started = performance.now();
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const own = Buffer.concat([Buffer.from(`${index}:`), DATA.subarray(index * 1000, index * 1000 + 300_000)]);
      const client = connectTo(door.port);
      const answer = readAll(client);
      await writeAll(client, own);
      expect(sha256(await answer)).toBe(sha256(own));
    }),
  );
  expect(door.tunnels).toHaveLength(50);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('a word and its answer take milliseconds', async () => {
  await using far = await farServer(echo);
  using door = await openDoor(open.half, far.port);
  const client = connectTo(door.port).setNoDelay(true);
  const times: number[] = [];
  for (let turn = 0; turn < 30; turn += 1) {
    const started = performance.now();
    client.write('ping');
    await once(client, 'data');
    times.push(performance.now() - started);
  }
  client.end();
  expect(times.sort((a, b) => a - b)[15]).toBeLessThan(40);
});
