import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonIn } from '../../src/local/python.ts';
import { readRecord } from '../../src/local/record.ts';
import { ANY, evaluate, type LocalPlace, localPlace, startKernel } from '../support/local-runtime.ts';
import { collected } from '../support/provider-events.ts';

const signal = new AbortController().signal;
const TEST_PYTHON = process.env.LECODER_TEST_PYTHON ?? '';
const SERVER = { python: null } as const;

/** Makes this machine's Python look as others' do: without packages, without `ensurepip`, of another version, broken. */
const DISGUISE = `
import os, sys
if sys.prefix == sys.base_prefix:
    for name in os.environ.get("HIDDEN", "").split():
        sys.modules[name] = None
    if "OLD" in os.environ:
        sys.version_info = (3, 7, 0)
elif os.environ.get("BROKEN") == sys.prefix and "serverapp" in " ".join(sys.orig_argv):
    raise SystemExit("this environment is broken")
`;

let trap: string;
let bare: Record<string, string | undefined>;
const places: LocalPlace[] = [];

beforeAll(async () => {
  trap = await mkdtemp(join(tmpdir(), 'lecoder-disguise-'));
  await writeFile(join(trap, 'sitecustomize.py'), DISGUISE);
  const base = execFileSync(TEST_PYTHON, ['-c', 'import sys; print(sys._base_executable)']).toString().trim();
  bare = {
    PATH: dirname(base),
    Path: undefined,
    PYTHONPATH: trap,
    HIDDEN: 'jupyter_server',
    VIRTUAL_ENV: undefined,
    CONDA_PREFIX: undefined,
  };
});
afterAll(async () => {
  for (const place of places) await place.clear();
  await rm(trap, { recursive: true, force: true });
});

async function placed(env: Record<string, string | undefined>): Promise<LocalPlace> {
  const place = await localPlace({ ...bare, ...env });
  places.push(place);
  return place;
}

test('makes the environment once, over what an interrupted making left, and uses it from then on', {
  timeout: 300_000,
}, async () => {
  const place = await placed({});
  await mkdir(place.files.venv, { recursive: true });
  await writeFile(join(place.files.venv, 'half.txt'), '');
  const first = collected();
  const { runtime } = await place.provider(SERVER).acquire(ANY, first.report, signal);
  expect(first.events.map(event => event.type === 'step' && [event.id, event.done])).toEqual([
    ['local-python', false],
    ['local-python', true],
    ['local-server', false],
    ['local-server', true],
  ]);
  expect(await readdir(place.files.venv)).not.toContain('half.txt');
  expect(readRecord(place.files)?.python).toBe(pythonIn(process.platform, place.files.venv));
  const doorway = await place.provider(SERVER).open(runtime.id, signal);
  const kernel = await startKernel(place.host, doorway);
  expect(await evaluate(place.host, doorway, kernel, '6 * 7')).toBe(42);
  await place.provider(SERVER).release(runtime.id, signal);

  const second = collected();
  await place.provider(SERVER).acquire(ANY, second.report, signal);
  expect(second.events.map(event => event.type === 'step' && event.id)).toEqual(['local-server', 'local-server']);
  await place.clear();
});

test("an environment of the user's that turns out to be broken is passed over with a warning", {
  timeout: 300_000,
}, async () => {
  const prefix = execFileSync(TEST_PYTHON, ['-c', 'import sys; print(sys.prefix)']).toString().trim();
  const place = await placed({
    VIRTUAL_ENV: prefix,
    BROKEN: prefix,
    PIP_INDEX_URL: 'http://127.0.0.1:1/',
    PIP_FIND_LINKS: '',
    PIP_RETRIES: '0',
  });
  const { events, report } = collected();
  // No network either, so that what it falls back to is seen without another download.
  await expect(place.provider(SERVER).acquire(ANY, report, signal)).rejects.toMatchObject({
    kind: 'runtimeUnavailable',
  });
  expect(events.filter(event => event.type === 'warning')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ type: 'step', id: 'local-python', done: false });
});

test('no network is named, and leaves nothing that looks finished', { timeout: 300_000 }, async () => {
  const place = await placed({
    PIP_INDEX_URL: 'http://127.0.0.1:1/',
    UV_INDEX_URL: 'http://127.0.0.1:1/',
    UV_NO_CACHE: '1',
    PIP_FIND_LINKS: '',
    PIP_RETRIES: '0',
  });
  await expect(place.provider(SERVER).acquire(ANY, collected().report, signal)).rejects.toMatchObject({
    kind: 'runtimeUnavailable',
    facts: {
      details: expect.stringContaining('jupyter'),
      hints: expect.arrayContaining([expect.stringContaining('network')]),
    },
  });
  expect(await readdir(place.files.venv)).not.toContain('complete.json');
});

test.each([
  ['no Python', { PATH: tmpdir() }, 'there is no Python on this machine', 'python.org'],
  ['an old Python', { OLD: '1' }, 'too old', '3.9'],
  [
    'a Python without ensurepip',
    { HIDDEN: 'jupyter_server ensurepip' },
    'cannot make environments',
    'apt install python3-venv',
  ],
])('%s is named with its fix', async (_, env, message, hint) => {
  const place = await placed(env);
  await expect(place.provider(SERVER).acquire(ANY, collected().report, signal)).rejects.toMatchObject({
    kind: 'runtimeUnavailable',
    message: expect.stringContaining(message),
    facts: { retryable: false, hints: expect.arrayContaining([expect.stringContaining(hint)]) },
  });
});
