import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkNode, packagesAreCurrent, withLock } from '../../../scripts/environment.mjs';
import { findPython, isAtLeast } from '../../../scripts/find-python.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lecoder-environment-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function locks(wanted: object, present: object | null) {
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (present)
    await writeFile(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: present }));
}

const a = { version: '1.0.0', integrity: 'sha512-a' };

test.each([
  ['the same', { '': {}, a }, { a }, true],
  ['nothing finished', { '': {}, a }, null, false],
  ['an older version', { '': {}, a: { ...a, version: '1.1.0' } }, { a }, false],
  ['one missing', { '': {}, a, b: { version: '2.0.0' } }, { a }, false],
  ["another platform's missing", { '': {}, a, b: { version: '2.0.0', optional: true } }, { a }, true],
  ['one too many', { '': {}, a }, { a, b: a }, false],
])('installed packages: %s', async (_name, wanted, present, current) => {
  await locks(wanted, present);
  expect(packagesAreCurrent(folder)).toBe(current);
});

test('Node 18 is refused with the version it takes, 20 is not', () => {
  expect(() => checkNode('18.20.4')).toThrow(/18\.20\.4.*20 or newer/);
  expect(() => checkNode('20.0.0')).not.toThrow();
});

test.each([
  ['3.9.18', [3, 9], true],
  ['3.8.18', [3, 9], false],
  ['3.10.0', [3, 9], true],
  ['2.7.18', [3, 9], false],
  ['4.0.0', [3, 11], true],
] as const)('Python %s is at least %j: %s', (version, oldest, expected) => {
  expect(isAtLeast(version, oldest)).toBe(expected);
});

test('a Python that is not there is missed by name, with what to do', async () => {
  const missing = findPython({ PATH: folder, PYTHON: join(folder, 'no-python') });
  await expect(missing).rejects.toMatchObject({
    name: 'Missing',
    message: expect.stringContaining('no-python'),
  });
});

// Windows starts no script without a shell, so it has no cheap way to pretend; the comparison above is the same there.
if (process.platform !== 'win32') {
  test('a Python that is too old is named with its version', async () => {
    const old = join(folder, 'old-python');
    await writeFile(old, `#!/bin/sh\necho '{"version":"3.6.15","executable":"/opt/old","venv":true}'\n`);
    await chmod(old, 0o755);
    await expect(findPython({ PATH: process.env.PATH, PYTHON: old })).rejects.toMatchObject({
      message: expect.stringMatching(/3\.9 or newer.*3\.6\.15/),
    });
  });
}

test('two at a time take turns', async () => {
  const lock = join(folder, 'turn.lock');
  const seen: string[] = [];
  await withLock(lock, async () => {
    seen.push(`held by ${await readFile(lock, 'utf8')}`);
  });
  await Promise.all(
    ['first', 'second'].map(name =>
      withLock(lock, async () => {
        seen.push(`${name} in`);
        await readFile(lock);
        seen.push(`${name} out`);
      }),
    ),
  );
  expect(seen[0]).toBe(`held by ${process.pid}`);
  expect(seen.slice(1)).toEqual(['first in', 'first out', 'second in', 'second out']);
  expect(existsSync(lock)).toBe(false);
});

test('the lock of one who died is taken over', async () => {
  const lock = join(folder, 'dead.lock');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  await writeFile(lock, String(dead));
  expect(await withLock(lock, async () => 'done')).toBe('done');
});
