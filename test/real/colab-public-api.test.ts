import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ColabGround, colabGround } from '../support/colab-ground.ts';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { collected } from '../support/provider-events.ts';

const WISH = { variant: null, accelerators: [], highMemory: false, fresh: true, strict: false, waitFor: 0 } as const;
const signal = new AbortController().signal;

let emulator: TestEmulator;
let ground: ColabGround;
let folder: string;

beforeAll(async () => {
  emulator = await startEmulator({ settings: { publicApi: true } });
});
afterAll(() => emulator?.stop());

beforeEach(async () => {
  await emulator.control('delete-runtime', {});
  await emulator.control('settings', { capacity: null, maxMachines: null, publicApi: true });
  await emulator.control('fail', { clear: true });
  // The older endpoint is not there any more.
  await emulator.control('fail', { fault: 'assign-check=404' });
  emulator.world.traffic.forget();
  folder = await mkdtemp(join(tmpdir(), 'lecoder-colab-'));
  ground = await colabGround(emulator, folder);
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const running = async (): Promise<string[]> =>
  (await emulator.state()).assignments.map(({ endpoint }: { endpoint: string }) => endpoint);
const acquire = (wish: object = {}) => ground.provider().acquire({ ...WISH, ...wish }, collected().report, signal);
const asked = () => emulator.world.traffic.last().map(({ operation, method }) => `${method} ${operation}`);

test('a machine is made, opened, kept and given back by the API that made it', async () => {
  const { runtime, fresh } = await acquire();
  expect(fresh).toBe(true);
  expect(runtime).toMatchObject({ variant: 'gpu', accelerator: 'T4' });
  expect(await running()).toEqual([runtime.id]);
  expect(await ground.provider().probe(runtime.id, signal)).toBe('alive');
  emulator.world.traffic.forget();
  const doorway = await ground.provider().open(runtime.id, signal);
  expect(doorway.expires?.getTime()).toBeGreaterThan(Date.now());
  expect(asked()).toEqual(['GET public-runtimes']);
  await ground.provider().keepAlive(runtime.id, signal);
  await ground.provider().release(runtime.id, signal);
  expect(asked()).toContain('DELETE public-runtimes');
  expect(await running()).toEqual([]);
  expect(await ground.provider().probe(runtime.id, signal)).toBe('gone');
});

test.each([
  ['TPU', { variant: 'tpu', accelerators: ['v5e-1'] }, 'V5E1'],
  ['L4, whose memory is large anyway', { accelerators: ['L4'] }, 'L4'],
  ['CPU', { variant: 'cpu' }, null],
] as const)('%s', async (_, wish, accelerator) => {
  expect((await acquire(wish)).runtime.accelerator).toBe(accelerator);
});

test('the list is walked, and what is refused is said in the same words', async () => {
  await emulator.control('capacity', { A100: 0 });
  expect((await acquire({ accelerators: ['A100', 'T4'] })).runtime.accelerator).toBe('T4');
  await expect(acquire({ accelerators: ['A100'] })).rejects.toMatchObject({ kind: 'runtimeUnavailable' });
  await emulator.control('settings', { maxMachines: 1 });
  await expect(acquire()).rejects.toMatchObject({ kind: 'sessionLimit', facts: { billing: [expect.any(String)] } });
  await emulator.control('account', { denylisted: true });
  await expect(acquire()).rejects.toMatchObject({ kind: 'forbidden' });
  await emulator.control('account', { denylisted: false });
});

test('an account that is not on its list is told about the endpoint that is gone', async () => {
  await emulator.control('settings', { publicApi: false });
  await expect(acquire()).rejects.toMatchObject({ kind: 'apiUnavailable' });
  const notes = JSON.parse(await readFile(join(folder, 'state', 'assign-intents.json'), 'utf8'));
  expect(notes.intents).toEqual([]);
});

test('what a dead command left there is found by the same request, and given back', async () => {
  const { runtime } = await acquire();
  const path = join(folder, 'state', 'assign-intents.json');
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replaceAll(/"started": ("\d+"|null)/g, '"started": "1"').replaceAll(/"pid": \d+/g, '"pid": 999999999'),
  );
  expect(await running()).toEqual([runtime.id]);
  await ground.provider().list(signal);
  expect(await running()).toEqual([]);
});
