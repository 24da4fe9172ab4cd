import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { SocketRefused, SubprotocolRefused } from '../../../src/core/host.ts';
import { fetchThroughProxy } from '../../../src/node-host/fetch.ts';
import { proxyFor } from '../../../src/node-host/proxy.ts';
import { openWebSocket } from '../../../src/node-host/socket.ts';

const choose = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.href ?? null;
const P = 'http://p:1/';

test.each<[string, Record<string, string>, string | null]>([
  ['https://a.b/', {}, null],
  ['https://a.b/', { HTTPS_PROXY: 'http://p:1' }, P],
  ['wss://a.b/', { https_proxy: 'http://p:1' }, P],
  ['http://a.b/', { HTTPS_PROXY: 'http://p:1' }, null],
  ['ws://a.b/', { HTTP_PROXY: 'http://p:1' }, P],
  ['https://a.b/', { ALL_PROXY: 'p:1' }, P],
  ['https://a.b/', { https_proxy: 'http://p:1', HTTPS_PROXY: 'http://q:2' }, P],
  ['https://a.b/', { ALL_PROXY: 'http://q:2', HTTPS_PROXY: 'http://p:1' }, P],
  ['https://a.b/', { HTTPS_PROXY: '' }, null],
  ['https://a.b/', { HTTPS_PROXY: P, NO_PROXY: '*' }, null],
  ['https://a.b/', { HTTPS_PROXY: P, NO_PROXY: 'x.y, a.b' }, null],
  ['https://c.a.b/', { HTTPS_PROXY: P, no_proxy: '.a.b' }, null],
  ['https://c.a.b/', { HTTPS_PROXY: P, no_proxy: 'a.b' }, null],
  ['https://ca.b/', { HTTPS_PROXY: P, no_proxy: 'a.b' }, P],
  ['https://a.b:8443/', { HTTPS_PROXY: P, NO_PROXY: 'a.b:443' }, P],
  ['https://a.b/', { HTTPS_PROXY: P, NO_PROXY: 'a.b:443' }, null],
  ['http://127.0.0.1:8888/', { HTTP_PROXY: P }, null],
  ['ws://localhost:8888/', { ALL_PROXY: P }, null],
  ['http://[::1]:8888/', { HTTP_PROXY: P }, null],
  ['http://127.0.0.1.example.com/', { HTTP_PROXY: P }, P],
])('%s with %j goes through %s', (url, env, expected) => {
  expect(choose(url, env)).toBe(expected);
});

test('a proxy of a kind we do not speak is named without its password', () => {
  expect(() => choose('https://a.b/', { ALL_PROXY: 'socks5://me:hunter2@p:1' })).toThrow(
    'the proxy for a.b is of the kind `socks5://`; only `http://` and `https://` proxies are supported',
  );
});

/** A server that greets over HTTP and echoes over WebSocket, and a proxy that counts the tunnels through it. */
async function network() {
  const origin = createServer((request, response) => response.end(`hello ${request.headers['x-own']}`));
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: offered => (offered.has('taken') ? 'taken' : false),
  });
  origin.on('upgrade', (request: IncomingMessage, socket, head) => {
    if (request.url === '/refused') return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, client => {
      client.send(`early ${request.headers['x-own']}`);
      client.on('message', (data, binary) => client.send(data, { binary }));
    });
  });
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request: IncomingMessage, socket, head) => {
    tunnels.push(request.url ?? '');
    // Whatever the name, it is here: only the proxy can look it up.
    const far = connect(Number((request.url ?? '').split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      far.write(head);
      far.pipe(socket).pipe(far);
    });
    for (const end of [far, socket]) end.on('error', () => {});
  });
  const ports = await Promise.all(
    [origin, proxy].map(
      server =>
        new Promise<number>(resolve => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    for (const server of [origin, proxy]) {
      server.closeAllConnections();
      server.close();
    }
  });
  return {
    at: `127.0.0.1:${ports[0]}`,
    far: `runtime.example:${ports[0]}`,
    env: { HTTP_PROXY: `http://127.0.0.1:${ports[1]}` },
    tunnels,
  };
}

const options = { protocols: ['taken'], headers: { 'X-Own': 'mine' }, timeout: 5000 };

test('requests go through the proxy, but never those to this machine', async () => {
  const { at, far, env, tunnels } = await network();
  const ask = async (host: string) =>
    (await fetchThroughProxy(new URL(`http://${host}/`), { headers: { 'x-own': 'mine' } }, env)).text();
  expect(await ask(far)).toBe('hello mine');
  expect(tunnels).toEqual([far]);
  expect(await ask(at)).toBe('hello mine');
  expect(tunnels).toEqual([far]);
});

test.each([true, false])(
  'a socket carries our headers, text and bytes, and what came with the handshake (proxy: %s)',
  async proxied => {
    const { at, far, env, tunnels } = await network();
    const socket = await openWebSocket(new URL(`ws://${proxied ? far : at}/`), options, env);
    expect([socket.protocol, tunnels.length]).toEqual(['taken', proxied ? 1 : 0]);
    const heard: (string | Uint8Array)[] = [];
    await new Promise<void>(resolve => {
      socket.onMessage(message => {
        heard.push(message);
        if (heard.length === 3) resolve();
      });
      socket.send('text');
      socket.send(Uint8Array.of(1, 255));
    });
    expect(heard).toEqual(['early mine', 'text', Buffer.of(1, 255)]);
    const closed = new Promise<number>(resolve => socket.onClose(resolve));
    socket.close(1000);
    expect(await closed).toBe(1000);
    expect(await new Promise<number>(resolve => socket.onClose(resolve))).toBe(1000);
  },
);

test('refusals are told apart', async () => {
  const { at } = await network();
  await expect(openWebSocket(new URL(`ws://${at}/refused`), options, {})).rejects.toThrow(SocketRefused);
  await expect(openWebSocket(new URL(`ws://${at}/refused`), options, {})).rejects.toMatchObject({ status: 403 });
  await expect(openWebSocket(new URL(`ws://${at}/`), { ...options, protocols: ['other'] }, {})).rejects.toThrow(
    SubprotocolRefused,
  );
});

test('an abort before or during the handshake rejects with its reason', async () => {
  const { at } = await network();
  const reason = new Error('enough');
  await expect(
    openWebSocket(new URL(`ws://${at}/`), { ...options, signal: AbortSignal.abort(reason) }, {}),
  ).rejects.toBe(reason);
  const abort = new AbortController();
  const opening = openWebSocket(new URL(`ws://${at}/`), { ...options, signal: abort.signal }, {});
  abort.abort(reason);
  await expect(opening).rejects.toBe(reason);
});
