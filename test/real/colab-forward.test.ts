import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { connectTo, type Forwarding, forwarding, listening, portOf, readAll } from '../support/forwarded.ts';
import { sha256 } from '../support/remote-half.ts';

const DATA = randomBytes(20_000_000);
/** A web server as somebody starts it on a machine of Colab's. */
const web = createServer((_, answer) => answer.end(DATA));
const echo = new WebSocketServer({ server: web });
echo.on('connection', socket => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));

let colab: ColabCli;
let open: Forwarding;

beforeAll(async () => {
  colab = await colabCli();
  await listening(web);
  expect((await colab.call(['connect', '--no-shell'])).code).toBe(0);
  open = await forwarding(colab, [`0:${portOf(web)}`]);
}, 120_000);
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await colab?.close();
}, 60_000);

const port = () => open.ports[0] ?? 0;
const fetched = async () => sha256(Buffer.from(await (await fetch(`http://127.0.0.1:${port()}/`)).arrayBuffer()));

test('several requests at once and a WebSocket reach a service on a machine of Colab', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port()}/`);
  await once(socket, 'open');
  const got = Promise.all(Array.from({ length: 4 }, fetched));
  for (const word of ['wörd', 'x'.repeat(300_000)]) {
    socket.send(word);
    expect(String((await once(socket, 'message'))[0])).toBe(word);
  }
  expect(new Set(await got)).toEqual(new Set([sha256(DATA)]));
  socket.close();
});

test('a way in that ends in the middle of an answer is renewed, and the answer is whole', async () => {
  const client = connectTo(port());
  client.write('GET / HTTP/1.0\r\n\r\n');
  await once(client, 'readable');
  colab.forget();
  await colab.emulator.control('cut-sockets', {});
  const answer = await readAll(client);
  expect(sha256(answer.subarray(answer.indexOf('\r\n\r\n') + 4))).toBe(sha256(DATA));
  client.end();
  expect(colab.asked()).toContain('proxy-kernel-socket');
  await open.said('reconnected');
});

test('Ctrl-C ends it, the port is free, and the machine stays', async () => {
  expect(await open.interrupt()).toMatchObject({ code: 130 });
  await expect(fetch(`http://127.0.0.1:${port()}/`)).rejects.toThrow();
  expect(await colab.machines()).toHaveLength(1);
});
