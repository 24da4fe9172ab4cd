import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SyncedEntry, SyncPair } from '../../../src/core/sync.ts';
import { locks } from '../../../src/store/lock.ts';
import { syncMemories } from '../../../src/store/sync-memory.ts';
import { hostIn } from '../../support/node-host-for-tests.ts';

let root: string;
const warnings: string[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lecoder-memory-'));
  warnings.length = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const folder = () => join(root, 'state', 'sync');
const memories = () =>
  syncMemories({
    folder: folder(),
    locks: locks(hostIn(root), join(root, 'state')),
    warn: text => void warnings.push(text),
    now: () => new Date(),
  });
const pair = (session: string, local = '/here'): SyncPair => ({ session, local, remote: '/there' });

const FILE: SyncedEntry = {
  kind: 'file',
  content: 'ab'.repeat(32),
  mode: 0o755,
  size: 12,
  here: 1795167821357.5183,
  there: null,
};

test('what was written is read again, by a pair and session', async () => {
  const tree = new Map<string, SyncedEntry>([
    ['a/b c', FILE],
    ['__proto__', { ...FILE, here: null, there: 5, maybe: 'cd'.repeat(32) }],
    ['1', { kind: 'link', content: ' to  somewhere - else ', mode: 0o777, size: 0, here: null, there: null }],
    ['line\nend', { kind: 'folder', content: '', mode: 0o700, size: 0, here: null, there: null }],
  ]);
  await memories()(pair('s1'), ['s1']).write(tree);
  expect(new Map([...memories()(pair('s1'), ['s1']).read()].sort())).toEqual(new Map([...tree].sort()));
  expect(memories()(pair('s1', '/elsewhere'), ['s1']).read().size).toBe(0);
  expect(memories()(pair('s2'), ['s1', 's2']).read().size).toBe(0);
});

test('is for the user alone to read', async () => {
  await memories()(pair('s1'), ['s1']).write(new Map([['a', FILE]]));
  const [name = ''] = readdirSync(folder());
  expect(name).toMatch(/^s1-[0-9a-f]{16}\.json$/);
  // Windows has no such modes; the user's own folder is private there.
  if (process.platform === 'win32') return;
  expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
});

test('what belongs to sessions that are no more is forgotten', async () => {
  const all = ['s1', 's2', 's3'];
  for (const session of all) await memories()(pair(session), all).write(new Map([['a', FILE]]));
  await memories()(pair('s1'), ['s1', 's3']).write(new Map([['b', FILE]]));
  expect(
    readdirSync(folder())
      .map(name => name.slice(0, 2))
      .sort(),
  ).toEqual(['s1', 's3']);
});

test('a damaged file is moved aside with a warning', async () => {
  await memories()(pair('s1'), ['s1']).write(new Map([['a', FILE]]));
  const [name = ''] = readdirSync(folder());
  writeFileSync(join(folder(), name), readFileSync(join(folder(), name), 'utf8').slice(0, 40));
  expect(memories()(pair('s1'), ['s1']).read().size).toBe(0);
  expect(warnings).toEqual([expect.stringContaining('cannot be used')]);
});
