import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endAll, processesMarked, whoStays } from '../../../scripts/left-behind.mjs';

/** Announces itself when it runs, then waits; deaf to SIGTERM when told so. The mark is in a place every system shows. */
async function stray(mark: string, { deaf = false } = {}) {
  const program = `${deaf ? "process.on('SIGTERM', () => {});" : ''} console.log('up'); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['-e', program, mark], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return { child, ended: once(child, 'exit') };
}

test('a process is found by its mark, named, and ended', async () => {
  const mark = `mark-${randomUUID()}`;
  const { child, ended } = await stray(mark);
  const found = await processesMarked(mark);
  expect(found.map(one => one.pid)).toEqual([child.pid]);
  expect(found[0]?.command).toContain(mark);
  await endAll(mark);
  await ended;
  expect(await whoStays(mark, 0)).toEqual([]);
});

test('one that does not listen is ended all the same', async () => {
  const mark = `mark-${randomUUID()}`;
  const { ended } = await stray(mark, { deaf: true });
  await endAll(mark);
  await ended;
  expect(await processesMarked(mark)).toEqual([]);
});

test('a mark that nobody carries finds nobody, not even the one who asks', async () => {
  expect(await processesMarked(`mark-${randomUUID()}`)).toEqual([]);
});

// Only Linux and macOS show a process's environment.
if (process.platform !== 'win32') {
  test('the environment is enough of a mark where it can be read', async () => {
    const mark = `mark-${randomUUID()}`;
    const child = spawn(process.execPath, ['-e', "console.log('up'); setInterval(() => {}, 1000)"], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, MARK: mark },
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    expect((await processesMarked(mark)).map(one => one.pid)).toEqual([child.pid]);
    await endAll(mark);
    await ended;
  });
}
