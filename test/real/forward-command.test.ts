import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import * as z from 'zod/mini';
import { OBJECTS } from '../../src/core/contract/objects.ts';
import { type Cli, makeCli } from '../support/cli.ts';
import {
  closing,
  connectTo,
  farServer,
  forwarding,
  listening,
  portOf,
  readAll,
  writeAll,
} from '../support/forwarded.ts';
import { freePort, startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { sha256 } from '../support/remote-half.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const FILE = randomBytes(3_000_000);

let cli: Cli;
let server: TestServer;
let proxy: TcpProxy;
let files: ChildProcess;
let filesPort: number;

beforeAll(async () => {
  server = await startJupyter();
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  cli = await makeCli({
    LECODER_RUNTIME: 'jupyter',
    JUPYTER_SERVER_URL: proxy.through(server.url).href,
    JUPYTER_TOKEN: server.token,
  });
  expect((await cli.call(['connect', '--no-shell'])).code).toBe(0);
  await mkdir(join(cli.home, 'www'));
  await writeFile(join(cli.home, 'www', 'file.bin'), FILE);
  [files, filesPort] = await startFileServer(join(cli.home, 'www'));
}, 180_000);
afterAll(async () => {
  files?.kill();
  await cli?.close();
  await proxy?.close();
  await server?.stop();
}, 60_000);

/** Python's own HTTP server over a folder. */
async function startFileServer(folder: string): Promise<[ChildProcess, number]> {
  const python = process.env.LECODER_TEST_PYTHON ?? '';
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder];
  const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return [child, Number(/port (\d+)/.exec(String(line))?.[1])];
}

const startForward = (words: readonly string[], env: Record<string, string> = {}) => forwarding(cli, words, env);

const refusedAt = (port: number) =>
  new Promise<string>(resolve => {
    connectTo(port).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });

describe('services', () => {
  test('HTTP and WebSocket through two ports, many requests at once', async () => {
    const echo = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    echo.on('connection', socket => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
    await once(echo, 'listening');
    const echoPort = (echo.address() as { port: number }).port;
    const forward = await startForward([`0:${filesPort}`, `0:localhost:${echoPort}`]);
    const [http, ws] = forward.ports;
    const got = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answer = await fetch(`http://127.0.0.1:${http}/file.bin`);
        return sha256(new Uint8Array(await answer.arrayBuffer()));
      }),
    );
    expect(new Set(got)).toEqual(new Set([sha256(FILE)]));
    const socket = new WebSocket(`ws://127.0.0.1:${ws}/`);
    await once(socket, 'open');
    for (const message of ['wörd', 'x'.repeat(500_000)]) {
      socket.send(message);
      expect(String((await once(socket, 'message'))[0])).toBe(message);
    }
    socket.close();
    await once(socket, 'close');
    const { code, stdout, stderr } = await forward.interrupt();
    echo.close();
    expect(code).toBe(130);
    expect(stdout).toBe(
      `Forwarding from 127.0.0.1:${http} -> ${filesPort}\nForwarding from 127.0.0.1:${ws} -> ${echoPort}\n`,
    );
    expect(stderr).toBe('');
    expect(await refusedAt(http ?? 0)).toBe('ECONNREFUSED');
  });

  test('a port nobody serves is named once, and served from when somebody does', async () => {
    const port = await freePort();
    const forward = await startForward([`0:${port}`]);
    for (let turn = 0; turn < 3; turn += 1)
      await expect(fetch(`http://127.0.0.1:${forward.ports[0]}/`)).rejects.toThrow();
    {
      await using _late = await farServer(socket => socket.end('there'), port);
      const client = connectTo(forward.ports[0] ?? 0);
      expect((await readAll(client)).toString()).toBe('there');
      client.end();
      await closing(client);
    }
    const { stderr } = await forward.interrupt();
    expect(stderr.match(new RegExp(`port ${port} of the runtime does not answer`, 'g'))).toHaveLength(1);
  });

  test('a cut socket costs a pause and nothing else', async () => {
    const data = randomBytes(30_000_000);
    await using far = await farServer(socket => void writeAll(socket, data));
    const forward = await startForward([`0:${far.port}`]);
    proxy.cutAfter(9_000_000);
    const client = connectTo(forward.ports[0] ?? 0);
    expect(sha256(await readAll(client))).toBe(sha256(data));
    client.end();
    const { stderr } = await forward.interrupt();
    expect(stderr).toContain('reconnected');
  });
});

describe('the kernel that carries', () => {
  const ask = (path: string, method = 'GET') =>
    fetch(new URL(`api/kernels${path}`, server.url), { method, headers: server.doorway.headers });

  test.each(['killed', 'deleted'])('may be %s: what it held breaks off, what comes next is carried', async how => {
    await using far = await farServer(socket => socket.pipe(socket));
    const forward = await startForward([`0:${far.port}`]);
    const client = connectTo(forward.ports[0] ?? 0);
    client.write('a');
    await once(client, 'data');
    if (how === 'killed') {
      const { stdout } = await cli.call(['run', 'echo $PPID']);
      process.kill(Number(stdout), 'SIGKILL');
    } else {
      const kernels = (await (await ask('')).json()) as { id: string }[];
      for (const { id } of kernels) expect((await ask(`/${id}`, 'DELETE')).ok).toBe(true);
    }
    await closing(client);
    await forward.said('new ones are carried by another');
    const next = connectTo(forward.ports[0] ?? 0);
    next.write('b');
    expect(String((await once(next, 'data'))[0])).toBe('b');
    const { code } = await forward.interrupt();
    expect(code).toBe(130);
  });
});

test('Ctrl-C in the middle of transfers both ways leaves no connection behind', async () => {
  const closed: Promise<unknown>[] = [];
  const far = await farServer(socket => {
    closed.push(closing(socket));
    const flood = Buffer.alloc(65_536);
    const more = () => {
      while (!socket.destroyed && socket.write(flood));
    };
    socket.on('drain', more).resume();
    more();
  });
  const forward = await startForward([`0:${far.port}`]);
  const clients = [0, 1].map(() => connectTo(forward.ports[0] ?? 0));
  const ends = clients.map(closing);
  await Promise.all(clients.map(client => once(client, 'data')));
  for (const client of clients) {
    client.resume();
    void writeAll(client, Buffer.alloc(200_000_000)).catch(() => {});
  }
  const started = performance.now();
  const { code } = await forward.interrupt();
  expect(code).toBe(130);
  await Promise.all([...ends, ...closed]);
  expect(performance.now() - started).toBeLessThan(8000);
  await far[Symbol.asyncDispose]();
});

describe('local ports', () => {
  test('one that is busy is replaced and named, unless it was asked for', async () => {
    const other = createServer();
    await listening(other);
    const busy = portOf(other);
    const forward = await startForward([String(busy)]);
    expect(forward.ports[0]).not.toBe(busy);
    const { stderr } = await forward.interrupt();
    expect(stderr).toContain(`port ${busy} is in use by another program`);
    expect(stderr).toContain(String(forward.ports[0]));
    const asked = await cli.json(['forward', `${busy}:6006`, '--json']);
    expect(asked).toMatchObject({ success: false, error: { code: 1403, exit: 2 } });
    expect(asked.error.message).toContain(String(busy));
    other.close();
  });

  test.each(['99999', '0', 'abc', '8080:', '1:2:3:4', '8080:host:0', '-1'])('`%s` is refused', async word => {
    expect((await cli.json(['forward', '--json', '--', word])).error).toMatchObject({ code: 1403, exit: 2 });
  });

  test('without a session there is nothing to forward', async () => {
    const { code, stderr } = await cli.call(['forward', '6006'], {
      env: { LECODER_CONFIG_DIR: join(cli.home, 'another-config') },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('there is no session');
  });
});

describe('for programs', () => {
  test('`--json` prints one object when the time is over', async () => {
    const started = performance.now();
    const answer = await cli.json(['forward', `0:${filesPort}`, '--for', '1s', '--json']);
    expect(performance.now() - started).toBeGreaterThan(1000);
    expect(z.safeParse(OBJECTS.forward as z.ZodMiniType, answer).error?.issues ?? []).toEqual([]);
    expect(answer).toMatchObject({
      success: true,
      forwards: [{ remote: `localhost:${filesPort}`, connections: 0, bytesUp: 0, bytesDown: 0 }],
    });
  });

  test('`--json-lines` names each port, and counts at the end, also of an interruption', async () => {
    let fetched: Promise<number> | null = null;
    const { code, stdout } = await cli.call(['forward', `0:${filesPort}`, '--json-lines'], {
      watch: (soFar, signal) => {
        if (fetched || !soFar.stdout.includes('\n')) return;
        const { local } = JSON.parse(soFar.stdout);
        fetched = fetch(`http://${local}/file.bin`, { headers: { connection: 'close' } })
          .then(answer => answer.arrayBuffer())
          .then(bytes => bytes.byteLength)
          .finally(() => signal('SIGINT'));
      },
    });
    expect(await fetched).toBe(FILE.byteLength);
    expect(code).toBe(130);
    const [line, last, rest] = stdout.split('\n').map(text => (text ? JSON.parse(text) : null));
    expect(rest).toBe(null);
    expect(z.safeParse(OBJECTS.event as z.ZodMiniType, line).error?.issues ?? []).toEqual([]);
    expect(line).toMatchObject({ type: 'listening', remote: `localhost:${filesPort}` });
    expect(z.safeParse(OBJECTS.forward as z.ZodMiniType, last).error?.issues ?? []).toEqual([]);
    expect(last).toMatchObject({ success: false, status: 'abort', error: { code: 1208 } });
    expect(last.forwards).toEqual([
      { local: line.local, localPort: line.localPort, remote: line.remote, connections: 1, ...last.forwards[0] },
    ]);
    expect(last.forwards[0].bytesDown).toBeGreaterThan(FILE.byteLength);
    expect(last.forwards[0].bytesUp).toBeGreaterThan(20);
  });
});

test('`--open` starts the browser with the address of the first port', async () => {
  const browser = join(cli.home, 'browser');
  const opened = join(cli.home, 'opened');
  await writeFile(browser, `#!/bin/sh\necho "$@" > '${opened}.new' && mv '${opened}.new' '${opened}'\n`);
  await chmod(browser, 0o755);
  const forward = await startForward([`0:${filesPort}`, '0:6006', '--open'], { BROWSER: browser });
  await expect
    .poll(
      () =>
        access(opened).then(
          () => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true);
  expect(await readFile(opened, 'utf8')).toBe(`http://127.0.0.1:${forward.ports[0]}/\n`);
  expect((await forward.interrupt()).code).toBe(130);
});
