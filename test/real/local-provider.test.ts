import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localProvider } from '../../src/local/provider.ts';
import { hostIn, locksIn } from '../support/node-host-for-tests.ts';

const wish = { variant: null, accelerators: [], highMemory: false, fresh: false, strict: false, waitFor: 0 } as const;

test('starts, finds again, stops', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-local-'));
  const host = hostIn(folder);
  const make = () => localProvider({ host, settings: { idleTimeout: 3600, python: process.env.LECODER_TEST_PYTHON ?? null }, locks: locksIn(folder) });
  const signal = new AbortController().signal;
  const events: unknown[] = [];
  const t0 = performance.now();
  const { runtime, fresh } = await make().acquire(wish, event => void events.push(event), signal);
  console.log(performance.now() - t0, runtime, events);
  expect(fresh).toBe(true);
  const t1 = performance.now();
  const door = await make().open(runtime.id, signal);
  console.log('open', performance.now() - t1);
  const t2 = performance.now();
  expect(await make().acquire(wish, () => {}, signal)).toEqual({ runtime, fresh: false });
  console.log('again', performance.now() - t2);
  console.log(await (await fetch(new URL('api/kernelspecs', door.http), { headers: door.headers })).text());
  console.log(execFileSync('find', [folder, '-printf', '%m %p\n']).toString());
  const t3 = performance.now();
  await make().release(runtime.id, signal);
  console.log('stop', performance.now() - t3);
  expect(await make().probe(runtime.id, signal)).toBe('gone');
  console.log(await readFile(join(folder, 'config/state/local/server.log'), 'utf8'));
  console.log(execFileSync('find', [folder, '-printf', '%m %p\n']).toString());
});
