import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { type DelayProxy, startProxy } from '../../../bench/delay-proxy.mjs';

/** Answers requests with the length of their bodies, and sockets with an echo. */
let server: Server;
let proxy: DelayProxy | null = null;
beforeEach(async () => {
  server = createServer(async (request, response) => {
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    response.end(String(length));
  });
  new WebSocketServer({ server }).on('connection', socket => socket.on('message', data => socket.send(data)));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await proxy?.stop();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

async function through(roundTrip: number): Promise<DelayProxy> {
  const { port } = server.address() as AddressInfo;
  proxy = await startProxy({ host: '127.0.0.1', port }, roundTrip);
  return proxy;
}

async function socketTo(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  await once(socket, 'open');
  return socket;
}

async function echo(socket: WebSocket, data: Buffer): Promise<Buffer> {
  const answer = once(socket, 'message');
  socket.send(data);
  const [received] = await answer;
  return received;
}

test('requests are told apart by what came before the first socket', async () => {
  const { url, seen } = await through(0);
  expect(await (await fetch(`${url}api/kernels?token=secret`)).text()).toBe('0');
  const body = `GET /not-a-request HTTP/1.1\r\n\r\n${'x'.repeat(100_000)}`;
  expect(await (await fetch(`${url}api/sessions`, { method: 'POST', body })).text()).toBe(String(body.length));
  const socket = await socketTo(url);
  expect((await echo(socket, Buffer.from('GET /inside HTTP/1.1\r\n\r\n'))).toString()).toContain('inside');
  await (await fetch(`${url}api/status`)).text();
  socket.terminate();
  expect(seen.upgrades).toBe(1);
  expect(seen.requests).toEqual([
    { line: 'GET /api/kernels', early: true },
    { line: 'POST /api/sessions', early: true },
    { line: 'GET /api/status', early: false },
  ]);
});

test('a round trip takes its time, opening a connection one more', async () => {
  const { url } = await through(60);
  const started = performance.now();
  const socket = await socketTo(url);
  const opened = performance.now();
  await echo(socket, Buffer.from('ping'));
  const answered = performance.now();
  socket.terminate();
  expect(opened - started).toBeGreaterThanOrEqual(119);
  expect(answered - opened).toBeGreaterThanOrEqual(59);
});

test.each([0, 20])('megabytes come through whole and in order, %i ms away', async roundTrip => {
  const { url } = await through(roundTrip);
  const socket = await socketTo(url);
  const data = randomBytes(24 * 1024 * 1024);
  expect((await echo(socket, data)).equals(data)).toBe(true);
  socket.terminate();
});

test('where no server listens any more, the client is cut off and does not wait', async () => {
  const { url } = await through(20);
  await new Promise(resolve => server.close(resolve));
  await expect(fetch(url)).rejects.toThrow();
});
