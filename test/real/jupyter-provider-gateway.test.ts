import { createServer, request as send } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANY_MACHINE } from '../../src/core/runtime.ts';
import { ask } from '../../src/http/request.ts';
import { jupyterProvider } from '../../src/jupyter/provider.ts';
import { nodeHost } from '../../src/node-host.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { collected, doorwaysInMemory } from '../support/provider-events.ts';

/**
 * A kernel gateway as Jupyter Enterprise Gateway 3.3 is one: 401 for every path without the right token, 403 with a
 * reason for listing kernels, 404 for contents, terminals, status and shutdown. The kernels are a real server's.
 */
let server: TestServer;
let url: URL;
const asked: string[] = [];
const front = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const refuse = (status: number, reason: string): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ reason, message: '' }));
  };
  if (request.headers.authorization !== `token ${server.token}`) return refuse(401, 'Unauthorized');
  if (request.method === 'GET' && /^\/api\/(kernels|sessions)$/.test(request.url ?? ''))
    return refuse(403, 'Forbidden');
  if (!/^\/api($|\/kernelspecs|\/kernels)/.test(request.url ?? '')) return refuse(404, 'Not Found');
  const onward = send(
    new URL(request.url ?? '/', server.url),
    { method: request.method, headers: request.headers },
    answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  request.pipe(onward);
});

beforeAll(async () => {
  server = await startJupyter();
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = new URL(`http://127.0.0.1:${address.port}/`);
});
afterAll(async () => {
  front.closeAllConnections();
  front.close();
  await server.stop();
});

function provider(token: string) {
  return jupyterProvider({
    host: nodeHost(),
    server: { url: url.href, token },
    doorways: doorwaysInMemory(),
  });
}

const signal = new AbortController().signal;

test('a gateway without contents, terminals, status or a list of kernels will do', async () => {
  const { runtime } = await provider(server.token).acquire(ANY_MACHINE, collected().report, signal);
  const doorway = await provider(server.token).open(runtime.id, signal);
  expect(await provider(server.token).probe(runtime.id, signal)).toBe('alive');
  await provider(server.token).keepAlive(runtime.id, signal);
  expect([...new Set(asked)].sort()).toEqual(['GET /api', 'GET /api/kernelspecs']);
  const { id } = (await ask(nodeHost(), doorway, { method: 'POST', path: 'api/kernels', body: {}, signal })).json() as {
    id: string;
  };
  await ask(nodeHost(), doorway, { method: 'DELETE', path: `api/kernels/${id}`, signal });
});

test('its refusals are told apart: who you are, and what you may do', async () => {
  await expect(provider('wrong').acquire(ANY_MACHINE, collected().report, signal)).rejects.toMatchObject({
    kind: 'invalidCredentials',
  });
  const doorway = await provider(server.token).open(url.href, signal);
  await expect(ask(nodeHost(), doorway, { method: 'GET', path: 'api/kernels', signal })).rejects.toMatchObject({
    kind: 'forbidden',
  });
});
