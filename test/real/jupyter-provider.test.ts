import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANY_MACHINE, type RuntimeProvider } from '../../src/core/runtime.ts';
import { ask } from '../../src/http/request.ts';
import { jupyterProvider } from '../../src/jupyter/provider.ts';
import { nodeHost } from '../../src/node-host.ts';
import { freePort, startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { collected, doorwaysInMemory } from '../support/provider-events.ts';

const signal = new AbortController().signal;
let server: TestServer;
let doorways = doorwaysInMemory();

beforeAll(async () => {
  server = await startJupyter({ prefix: '/deep/er/' });
});
afterAll(() => server.stop());

function provider(url: string | null, token: string | null = null): RuntimeProvider {
  return jupyterProvider({ host: nodeHost(), server: { url, token }, doorways });
}

function acquire(url: string | null, token: string | null = null) {
  return provider(url, token).acquire(ANY_MACHINE, collected().report, signal);
}

test('takes the address as a browser shows it, token included', async () => {
  const { runtime, fresh } = await acquire(`${server.url.href}lab/tree/x.ipynb?token=${server.token}`);
  expect(fresh).toBe(false);
  expect(runtime).toMatchObject({ id: server.url.href, label: `${server.url.host}/deep/er` });
});

test('the next invocation gets in without being told the token again', async () => {
  doorways = doorwaysInMemory();
  const { runtime } = await acquire(server.url.href, server.token);
  const doorway = await provider(null).open(runtime.id, signal);
  const answer = await ask(nodeHost(), doorway, { method: 'GET', path: 'api/kernels', signal });
  expect(answer.json()).toEqual([]);
});

test('a token given now counts more than the one kept', async () => {
  await acquire(server.url.href, server.token);
  const doorway = await provider(server.url.href, 'newer').open(server.url.href, signal);
  expect(doorway.headers).toEqual({ Authorization: 'token newer' });
});

test('a token is for the server it was given with', async () => {
  doorways = doorwaysInMemory();
  const doorway = await provider('http://127.0.0.1:1/', 'hush').open(server.url.href, signal);
  expect(doorway.headers).toEqual({});
});

test('a wrong token is named, and so is a missing one', async () => {
  doorways = doorwaysInMemory();
  await expect(acquire(server.url.href, 'wrong')).rejects.toMatchObject({
    kind: 'invalidCredentials',
    message: `${server.url.host} refused the token`,
  });
  await expect(acquire(server.url.href)).rejects.toMatchObject({
    kind: 'invalidCredentials',
    message: `${server.url.host} wants a token`,
  });
  expect(doorways.get('jupyter', server.url.href)).toBeNull();
});

test('a wrong path and a wrong port are named', async () => {
  const elsewhere = await acquire(new URL('/', server.url).href, server.token).catch((error: unknown) => error);
  expect(elsewhere).toMatchObject({ kind: 'usage', message: expect.stringContaining('/api') });
  const port = await freePort();
  await expect(acquire(`http://127.0.0.1:${port}/`, server.token)).rejects.toMatchObject({
    kind: 'connectionTimeout',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
  expect(await provider(`http://127.0.0.1:${port}/`).probe(`http://127.0.0.1:${port}/`, signal)).toBe('unknown');
});

test('no address at all is a usage error that names the options', async () => {
  await expect(acquire(null)).rejects.toMatchObject({
    kind: 'usage',
    facts: { hints: [expect.stringContaining('JUPYTER_SERVER_URL')] },
  });
  expect(await provider(null).list(signal)).toEqual([]);
});

test('knows its own machine by the address, however it is spelled', async () => {
  const { runtime } = await acquire(server.url.href, server.token);
  expect(provider(`${server.url.href}tree?token=x`).serves(runtime)).toBe(true);
  expect(provider(new URL('/other/', server.url).href).serves(runtime)).toBe(false);
  expect(provider(null).serves(runtime)).toBe(true);
  expect(provider(null).serves({ ...runtime, provider: 'local' })).toBe(false);
});
