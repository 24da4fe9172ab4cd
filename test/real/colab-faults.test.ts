import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import type { RuntimeWish } from '../../src/core/runtime.ts';
import { type ColabGround, colabGround } from '../support/colab-ground.ts';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { collected } from '../support/provider-events.ts';

const WISH: RuntimeWish = {
  variant: null,
  accelerators: [],
  highMemory: false,
  fresh: true,
  strict: false,
  waitFor: 0,
};
const signal = new AbortController().signal;

let emulator: TestEmulator;
let ground: ColabGround;
let folder: string;

beforeAll(async () => {
  emulator = await startEmulator({ settings: { maxMachines: 3 } });
});
afterAll(() => emulator?.stop());

beforeEach(async () => {
  await emulator.control('fail', { clear: true });
  await emulator.control('delete-runtime', {});
  emulator.world.traffic.forget();
  folder = await mkdtemp(join(tmpdir(), 'lecoder-colab-'));
  ground = await colabGround(emulator, folder);
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const fail = (fault: string) => emulator.control('fail', { fault });
const running = async (): Promise<string[]> =>
  (await emulator.state()).assignments.map(({ endpoint }: { endpoint: string }) => endpoint);
const acquire = (wish: Partial<RuntimeWish> = {}) =>
  ground.provider().acquire({ ...WISH, ...wish }, collected().report, signal);
const failureOf = async (asked: Promise<unknown>): Promise<Failure> => {
  const failure = await asked.then(
    () => null,
    error => error,
  );
  expect(failure).toBeInstanceOf(Failure);
  return failure as Failure;
};
const asked = () => emulator.world.traffic.last().map(({ operation }) => operation);

/** Makes what is noted against a crash that of a process that has ended. */
const disown = async (of: string): Promise<void> => {
  const path = join(of, 'state', 'assign-intents.json');
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replaceAll(/"started": ("\d+"|null)/g, '"started": "1"').replaceAll(/"pid": \d+/g, '"pid": 999999999'),
  );
};

describe('assign', () => {
  test.each([
    ['outcome1', 'runtimeUnavailable', false],
    ['outcome2', 'runtimeUnavailable', false],
    ['outcome5', 'forbidden', false],
    ['400', 'runtimeUnavailable', false],
    ['401', 'invalidCredentials', false],
    ['403', 'forbidden', false],
    ['503', 'runtimeUnavailable', true],
    ['500', 'runtimeUnavailable', true],
    ['html', 'apiUnavailable', false],
  ] as const)('%s for every POST is %s, and nothing runs', async (fault, kind, retryable) => {
    await fail(`assign=${fault}`);
    const failure = await failureOf(acquire());
    expect([failure.kind, failure.facts.retryable ?? failure.spec.retryable]).toEqual([kind, retryable]);
    expect(failure.facts.billing).toBeUndefined();
    expect(await running()).toEqual([]);
  });

  test.each([['401x1'], ['500x1'], ['502x2'], ['429x1']])('%s is got over', async fault => {
    await fail(`assign=${fault}`);
    await acquire();
    expect(await running()).toHaveLength(1);
  });

  test.each([['lost'], ['cut']])('an answer that is %s on the way costs no second machine', async fault => {
    await fail(`assign=${fault}`);
    const { runtime, fresh } = await acquire();
    expect(fresh).toBe(true);
    expect(await running()).toEqual([runtime.id]);
    expect(asked().filter(each => each === 'assign')).toHaveLength(1);
  });

  test('after a web page in place of the answer the next command looks for a machine', async () => {
    await fail('assign=html');
    await failureOf(acquire());
    emulator.world.traffic.forget();
    // As a later process sees it: the one that asked has ended.
    await disown(folder);
    await ground.provider().list(signal);
    expect(asked()).toEqual(['assign-check', 'assignments']);
    await ground.provider().list(signal);
    expect(asked()).toEqual(['assign-check', 'assignments', 'assignments']);
  });

  test.each([
    ['401', 'invalidCredentials'],
    ['403', 'forbidden'],
    ['404', 'apiUnavailable'],
    ['500', 'apiUnavailable'],
    ['html', 'apiUnavailable'],
    ['302', 'apiUnavailable'],
    ['429', 'rateLimited'],
    ['reset', 'connectionTimeout'],
  ] as const)('%s for every GET before it is %s', async (fault, kind) => {
    await fail(`assign-check=${fault}`);
    expect((await failureOf(acquire())).kind).toBe(kind);
    expect(asked()).not.toContain('assign');
  });

  test('the next on the list is taken when one is not free', async () => {
    await emulator.control('capacity', { A100: 0, L4: 0 });
    const { runtime } = await acquire({ accelerators: ['A100', 'L4', 'T4'] });
    expect(runtime.accelerator).toBe('T4');
    await emulator.control('settings', { capacity: null });
  });

  test('the cap on machines names them, and how to free them', async () => {
    for (const _ of [1, 2, 3]) await acquire({ variant: 'cpu' });
    const failure = await failureOf(acquire());
    expect(failure.kind).toBe('sessionLimit');
    expect(failure.facts.billing).toHaveLength(3);
    for (const endpoint of await running()) expect(failure.facts.hints?.join()).toContain(endpoint);
  });

  test('an account without units, one that is blocked, and one that may not have the model', async () => {
    await emulator.control('account', { balance: 0, freeTokens: 0 });
    expect((await failureOf(acquire())).message).toContain('used up');
    await emulator.control('account', { denylisted: true });
    expect((await failureOf(acquire())).kind).toBe('forbidden');
    await emulator.control('account', { denylisted: false, tier: 'free', freeTokens: 15_000 });
    const failure = await failureOf(acquire({ accelerators: ['A100'] }));
    expect(failure).toMatchObject({ kind: 'runtimeUnavailable', facts: { retryable: false } });
    expect(failure.facts.hints?.[0]).toContain('T4');
    expect((await failureOf(acquire({ highMemory: true }))).facts.hints?.join()).toContain('--high-mem');
    await emulator.control('account', { tier: 'pro' });
  });

  test('waiting for capacity ends with a machine', async () => {
    await fail('assign=503x1');
    const { events, report } = collected();
    const { fresh } = await ground.provider().acquire({ ...WISH, waitFor: 60_000 }, report, signal);
    expect(fresh).toBe(true);
    expect(events.some(event => event.type === 'step' && event.text.includes('asking again in'))).toBe(true);
  });
});

describe('listing and liveness', () => {
  test.each([['500'], ['401'], ['403'], ['reset'], ['429']])('%s: nobody knows, and nobody says gone', async fault => {
    const { runtime } = await acquire();
    await fail(`assignments=${fault}`);
    if (fault === '403' || fault === '500') await fail(`gapi-assignments=403`);
    expect(await ground.provider().probe(runtime.id, signal)).toBe('unknown');
  });

  test('when the older listing is not there the newer one answers', async () => {
    const { runtime } = await acquire();
    await fail('assignments=404');
    expect(await ground.provider().probe(runtime.id, signal)).toBe('alive');
    expect(await ground.provider().probe('m-s-none', signal)).toBe('gone');
  });
});

describe('the way in', () => {
  test.each([['404'], ['403'], ['400']])(
    'a refresh refused with %s is looked into, and had from the listing',
    async fault => {
      const { runtime } = await acquire();
      await fail(`runtime-proxy-token=${fault}`);
      const doorway = await ground.provider().open(runtime.id, signal);
      expect(doorway.expires?.getTime()).toBeGreaterThan(Date.now());
      expect(asked().slice(-2)).toEqual(['runtime-proxy-token', 'assignments']);
    },
  );

  test('a machine that is gone is terminated, by the listing', async () => {
    const { runtime } = await acquire();
    await emulator.control('delete-runtime', {});
    const failure = await failureOf(ground.provider().open(runtime.id, signal));
    expect(failure.kind).toBe('runtimeTerminated');
    expect(failure.facts.hints?.join()).toContain('lecoder-cgpu connect');
  });

  test('with the listing out of order as well, nothing is said to be gone', async () => {
    const { runtime } = await acquire();
    await fail('runtime-proxy-token=404,assignments=500,gapi-assignments=403');
    expect((await failureOf(ground.provider().open(runtime.id, signal))).kind).toBe('apiUnavailable');
  });

  test.each([
    ['500', 'apiUnavailable'],
    ['reset', 'connectionTimeout'],
    ['html', 'apiUnavailable'],
  ] as const)('%s is no end of the machine', async (fault, kind) => {
    const { runtime } = await acquire();
    await fail(`runtime-proxy-token=${fault},assignments=${fault},gapi-assignments=${fault}`);
    expect((await failureOf(ground.provider().open(runtime.id, signal))).kind).toBe(kind);
  });
});

describe('keep-alive', () => {
  test('an answer and silence both count', async () => {
    const { runtime } = await acquire();
    await ground.provider().keepAlive(runtime.id, signal);
    await emulator.control('settings', { keepAliveAnswers: false });
    await ground.provider().keepAlive(runtime.id, signal);
    await emulator.control('settings', { keepAliveAnswers: true });
    const pings = emulator.world.traffic.last().filter(({ operation }) => operation === 'keep-alive');
    expect(pings).toHaveLength(2);
    for (const { path, headers } of pings) {
      expect(path).toMatch(/\/keep-alive\/$/);
      expect(headers['x-colab-tunnel']).toBe('Google');
    }
  });

  test.each([
    ['401', 'invalidCredentials'],
    ['403', 'forbidden'],
    ['500', 'apiUnavailable'],
    ['reset', 'connectionTimeout'],
  ] as const)('%s is %s: the next ping may do better', async (fault, kind) => {
    const { runtime } = await acquire();
    await fail(`keep-alive=${fault}`);
    expect((await failureOf(ground.provider().keepAlive(runtime.id, signal))).kind).toBe(kind);
  });

  test('404 is asked of the listing', async () => {
    const { runtime } = await acquire();
    await fail('keep-alive=404x1');
    await expect(ground.provider().keepAlive(runtime.id, signal)).resolves.toBeUndefined();
    await emulator.control('delete-runtime', {});
    expect((await failureOf(ground.provider().keepAlive(runtime.id, signal))).kind).toBe('runtimeTerminated');
  });
});

describe('unassign', () => {
  test.each([['404'], ['lost'], ['html']])('%s after the deed is a deed done', async fault => {
    const { runtime } = await acquire();
    if (fault === '404') await emulator.control('delete-runtime', {});
    else await fail(`unassign=${fault}`);
    if (fault === 'html') await emulator.control('delete-runtime', {});
    expect(await ground.provider().release(runtime.id, signal)).toBe(true);
    expect(await running()).toEqual([]);
  });

  test.each([['500'], ['401'], ['403'], ['reset']])('%s: it was not given back, and that is said', async fault => {
    const { runtime } = await acquire();
    await fail(`unassign-check=${fault}`);
    await failureOf(ground.provider().release(runtime.id, signal));
    expect(await running()).toEqual([runtime.id]);
  });
});

describe('the account', () => {
  test('works without the private and the public API', async () => {
    await emulator.control('settings', { gapi: false, publicApi: false });
    const plan = await ground.provider().plan?.(signal);
    expect(plan).toMatchObject({ tier: null, eligibleGpus: expect.arrayContaining(['T4']) });
    await emulator.control('settings', { publicApi: true });
    expect(await ground.provider().plan?.(signal)).toMatchObject({ tier: 'pro' });
    await emulator.control('settings', { gapi: true, publicApi: false });
    expect(await ground.provider().plan?.(signal)).toMatchObject({ tier: 'pro' });
  });

  test.each([['500'], ['403'], ['html'], ['reset']])(
    'with %s from the older endpoint the newer one serves',
    async fault => {
      await fail(`ccu-info=${fault}`);
      expect(await ground.provider().plan?.(signal)).toMatchObject({ tier: 'pro', machines: 0 });
    },
  );
});

describe('credentials for a machine', () => {
  const grant = async (consent: (url: URL) => Promise<void>) => {
    const { runtime } = await acquire();
    emulator.world.traffic.forget();
    await ground.provider().grant?.(runtime.id, 'dfs_ephemeral', consent, signal);
  };

  test('are passed on once there is consent, with a token for each POST', async () => {
    const pages: string[] = [];
    await grant(async url => {
      pages.push(url.origin);
      await emulator.control('approve', {});
    });
    expect(pages).toEqual([emulator.origin]);
    const once = ['propagation-check', 'propagation'];
    expect(asked()).toEqual([...once, ...once]);
    await grant(async () => {
      throw new Error('nobody is asked twice');
    });
    await emulator.control('account', { consented: false });
  });

  test('are not without it', async () => {
    expect((await failureOf(grant(async () => {}))).kind).toBe('forbidden');
  });
});
