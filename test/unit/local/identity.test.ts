import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { looksLike, processIdentity } from '../../../src/local/identity.ts';
import { nodeHost } from '../../../src/node-host.ts';

const host = nodeHost();

test('a process keeps its identity and shares it with no other', async () => {
  const mine = await processIdentity(host, process.pid);
  expect(mine).not.toBeNull();
  expect(await processIdentity(host, process.pid)).toBe(mine);
  expect(looksLike(host, process.pid, mine)).toBe(true);
});

test('a process that has ended has none', async () => {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  expect(await processIdentity(host, child.pid ?? 0)).toBeNull();
});

test('a number that was given again is seen at once where that is free', () => {
  expect(looksLike(host, process.pid, 'another-boot 12345')).toBe(process.platform !== 'linux');
  expect(looksLike(host, process.pid, null)).toBe(true);
});
