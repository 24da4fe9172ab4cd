import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { askPython, candidates, isNewEnough, isReady, type Python } from '../../../src/local/python.ts';
import { nodeHost } from '../../../src/node-host.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))));

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-python-'));
  folders.push(folder);
  return folder;
}

const signal = new AbortController().signal;

function python(more: Partial<Python>): Python {
  return { path: '/p', version: [3, 12], server: '2.1.0', kernel: '6.29.0', venv: true, ...more };
}

test('a real Python says what it has', async () => {
  const said = await askPython(nodeHost(), process.env.LECODER_TEST_PYTHON ?? '', signal);
  expect(said).toMatchObject({
    venv: expect.any(Boolean),
    server: expect.stringMatching(/^\d/),
    kernel: expect.stringMatching(/^\d/),
  });
  expect(said && isReady(said)).toBe(true);
});

test('what is not there, fails or is no Python says nothing', async () => {
  const folder = await temporary();
  expect(await askPython(nodeHost(), join(folder, 'python3'), signal)).toBeNull();
  expect(await askPython(nodeHost(), process.execPath, signal)).toBeNull();
});

test('words printed before the answer do not matter', async () => {
  const folder = await temporary();
  await writeFile(join(folder, 'sitecustomize.py'), 'print("welcome")\n');
  const host = { ...nodeHost(), env: { ...process.env, PYTHONPATH: folder } };
  expect((await askPython(host, process.env.LECODER_TEST_PYTHON ?? '', signal))?.server).toMatch(/^\d/);
});

test('needs Python 3.9, a server of 1.0 and a kernel of 6.0', () => {
  expect(isReady(python({}))).toBe(true);
  expect(isReady(python({ server: '1.24.0' }))).toBe(true);
  expect(isReady(python({ version: [3, 8] }))).toBe(false);
  expect(isReady(python({ server: null }))).toBe(false);
  expect(isReady(python({ server: '0.3' }))).toBe(false);
  expect(isReady(python({ kernel: '5.5.6' }))).toBe(false);
  expect([isNewEnough(python({ version: [3, 9] })), isNewEnough(python({ version: [2, 7] }))]).toEqual([true, false]);
});

test('the active environment comes before the search path', () => {
  expect(candidates({ platform: 'linux', env: { VIRTUAL_ENV: '/v', CONDA_PREFIX: '' } })).toEqual([
    join('/v', 'bin', 'python'),
    'python3',
    'python',
  ]);
  expect(candidates({ platform: 'win32', env: {} })).toEqual(['python', 'py']);
});
