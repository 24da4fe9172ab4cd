import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ANY_MACHINE, type RuntimeProvider } from '../../src/core/runtime.ts';
import { jupyterProvider } from '../../src/jupyter/provider.ts';
import { nodeHost } from '../../src/node-host.ts';
import { type FakeHub, type HubOptions, startHub } from '../support/fake-hub.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { collected, doorwaysInMemory } from '../support/provider-events.ts';

const signal = new AbortController().signal;
let server: TestServer;
let named: TestServer;
const hubs: FakeHub[] = [];

beforeAll(async () => {
  [server, named] = await Promise.all([
    startJupyter({ prefix: '/user/ann/' }),
    startJupyter({ prefix: '/user/ann/gpu/' }),
  ]);
});
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
});
afterAll(async () => {
  await Promise.all([server.stop(), named.stop()]);
});

async function hubWith(options: Partial<HubOptions> = {}): Promise<FakeHub> {
  const hub = await startHub({ server, ...options });
  hubs.push(hub);
  return hub;
}

/** Looks once a millisecond instead of once a second. */
function provider(hub: FakeHub, path: string, token = server.token): RuntimeProvider {
  const host = nodeHost();
  const hurried = { ...host, sleep: (ms: number, until?: AbortSignal) => host.sleep(ms / 1000, until) };
  return jupyterProvider({
    host: hurried,
    server: { url: new URL(path, hub.url).href, token },
    doorways: doorwaysInMemory(),
  });
}

function acquire(hub: FakeHub, path: string, token = server.token) {
  return provider(hub, path, token).acquire(ANY_MACHINE, collected().report, signal);
}

test('a server that runs is used, and the hub is not asked to start it', async () => {
  const hub = await hubWith({ running: true });
  const { runtime, fresh } = await acquire(hub, 'user/ann/lab/tree/x.ipynb');
  expect([runtime.id, fresh]).toEqual([new URL('user/ann/', hub.url).href, false]);
  expect(hub.asked.filter(asked => asked.startsWith('POST'))).toEqual([]);
});

test.each(['at once', 'later'] as const)('a stopped server is started (%s), with progress', async start => {
  const hub = await hubWith({ start });
  const { events, report } = collected();
  const { runtime, fresh } = await provider(hub, 'user/ann/').acquire(ANY_MACHINE, report, signal);
  expect(fresh).toBe(true);
  expect(events.map(event => event.type === 'step' && event.done)).toEqual([false, true]);
  expect(await provider(hub, 'user/ann/').probe(runtime.id, signal)).toBe('alive');
  expect(hub.asked.filter(asked => asked.startsWith('POST'))).toEqual(['POST /hub/api/users/ann/server']);
});

test('a named server is started as such', async () => {
  const hub = await hubWith({ server: named, serverName: 'gpu' });
  const { runtime } = await acquire(hub, 'user/ann/gpu/lab');
  expect(runtime.id).toBe(new URL('user/ann/gpu/', hub.url).href);
  expect(hub.asked).toContain('POST /hub/api/users/ann/servers/gpu');
});

test.each(['', 'hub/home', 'hub/user-redirect/lab/tree/x'])(
  "the address %j of the hub leads to the server of the token's user",
  async path => {
    const hub = await hubWith();
    const { runtime } = await acquire(hub, path);
    expect(runtime.id).toBe(new URL('user/ann/', hub.url).href);
    expect(provider(hub, path).serves(runtime)).toBe(true);
  },
);

test('two that start the same server both get it', async () => {
  const hub = await hubWith({ start: 'later' });
  const both = await Promise.all([acquire(hub, 'user/ann/'), acquire(hub, 'user/ann/')]);
  expect(both.map(one => one.runtime.id)).toEqual([
    new URL('user/ann/', hub.url).href,
    new URL('user/ann/', hub.url).href,
  ]);
});

test('a token that may not start it gets the page to open', async () => {
  const hub = await hubWith({ rights: 'access' });
  await expect(acquire(hub, 'user/ann/')).rejects.toMatchObject({
    kind: 'forbidden',
    facts: {
      hints: expect.arrayContaining([expect.stringContaining(new URL('hub/spawn/ann', hub.url).href)]),
    },
  });
});

test('a wrong token is a wrong token, whether or not the server runs', async () => {
  for (const running of [true, false]) {
    await expect(acquire(await hubWith({ running }), 'user/ann/', 'wrong')).rejects.toMatchObject({
      kind: 'invalidCredentials',
    });
  }
});

test('a token of a service needs the user in the address', async () => {
  const hub = await hubWith({ rights: 'service' });
  await expect(acquire(hub, 'hub/home')).rejects.toMatchObject({
    kind: 'usage',
    facts: { hints: [expect.stringContaining('/user/NAME/')] },
  });
});

test('a start that fails says why', async () => {
  const hub = await hubWith({ start: 'fails' });
  await expect(acquire(hub, 'user/ann/')).rejects.toMatchObject({
    kind: 'runtimeUnavailable',
    facts: { details: 'Spawn failed: no machine is left' },
  });
});

test("another user's server is not ours to start", async () => {
  await expect(acquire(await hubWith(), 'user/bob/')).rejects.toMatchObject({ kind: 'forbidden' });
});

test('gone is what the hub says is stopped; where it says nothing, nobody knows', async () => {
  const hub = await hubWith({ running: true });
  const { runtime } = await acquire(hub, 'user/ann/');
  hub.stopServer();
  expect(await provider(hub, 'user/ann/').probe(runtime.id, signal)).toBe('gone');
  expect(await provider(hub, 'user/ann/', 'wrong').probe(runtime.id, signal)).toBe('unknown');
  await hub.close();
  expect(await provider(hub, 'user/ann/').probe(runtime.id, signal)).toBe('unknown');
});

test('waiting for a start ends with the signal', async () => {
  const hub = await hubWith({ start: 'later' });
  const control = new AbortController();
  const waiting = provider(hub, 'user/ann/').acquire(
    ANY_MACHINE,
    event => {
      if (event.type === 'step') control.abort(new Error('enough'));
    },
    control.signal,
  );
  await expect(waiting).rejects.toThrow('enough');
});
