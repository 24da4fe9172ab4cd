import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../src/core/failure.ts';
import { locks } from '../../../src/store/lock.ts';
import { newOwner } from '../../../src/store/lock-owner.ts';
import { testHost } from '../../support/test-host.ts';
import { type Workers, workers } from './workers.ts';

let processes: Workers;
let folder = '';

beforeAll(async () => {
  processes = await workers();
});
afterAll(() => processes.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lecoder-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockFile = () => join(folder, 'test.lock');
const host = () => testHost({ real: true });

/** A lock file as a process would have left it. */
function leave(
  path: string,
  parts: { pid?: number; started?: string | null; place?: string; token?: string; age?: number },
): void {
  mkdirSync(folder, { recursive: true });
  const { age = 0, ...owner } = parts;
  writeFileSync(path, JSON.stringify({ ...newOwner(host()), ...owner }));
  const when = new Date(Date.now() - age);
  utimesSync(path, when, when);
}

/** A pid that no process has: that of a child that has ended. */
async function deadPid(): Promise<number> {
  const child = processes.start('count', folder, '0');
  await child.ended;
  return child.process.pid ?? 0;
}

describe('between processes', () => {
  test('ten at once lose no count', async () => {
    const ten = Array.from({ length: 10 }, () => processes.start('count', folder, '40'));
    for (const { ended } of ten) expect(await ended).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe('400');
    expect(readdirSync(folder)).toEqual(['counter']);
  });

  test('processes that are killed while they hold it neither block the others nor let two in', async () => {
    const dying = Array.from({ length: 6 }, (_, index) => processes.start('die', folder, String(index + 1)));
    const living = Array.from({ length: 6 }, () => processes.start('count', folder, '30'));
    for (const { ended } of dying) expect(await ended).toMatchObject({ status: null, stderr: '' });
    for (const { ended } of living) expect(await ended).toMatchObject({ status: 0, stderr: '' });
    // the last to hold it may have been one of the dying
    expect(await processes.start('count', folder, '1').ended).toMatchObject({ status: 0, stderr: '' });
    // each of the dying counts its turns but the last: 0 + 1 + … + 5
    expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe(String(6 * 30 + 15 + 1));
    expect(existsSync(lockFile())).toBe(false);
  });

  test('kills at any moment leave nothing that blocks', async () => {
    const many = Array.from({ length: 8 }, () => processes.start('count', folder, '100000'));
    await Promise.all(many.map(({ process }) => new Promise(resolve => process.once('spawn', resolve))));
    await expect.poll(() => existsSync(join(folder, 'counter')), { timeout: 20_000 }).toBe(true);
    for (const [index, { process, ended }] of many.entries()) {
      const seen = Number(readFileSync(join(folder, 'counter'), 'utf8'));
      if (index > 0)
        await expect
          .poll(() => Number(readFileSync(join(folder, 'counter'), 'utf8')), { timeout: 20_000 })
          .toBeGreaterThan(seen);
      process.kill('SIGKILL');
      expect((await ended).stderr).toBe('');
    }
    expect(await processes.start('count', folder, '5').ended).toMatchObject({ status: 0, stderr: '' });
  });

  test('ten takers of one abandoned lock, with abandoned claims on it, come in one after another', async () => {
    const pid = await deadPid();
    leave(lockFile(), { pid, token: 'token-of-the-lock' });
    leave(`${lockFile()}.token-of-the-lock.claim`, { pid, token: 'token-of-the-claim' });
    leave(`${lockFile()}.token-of-the-claim.claim`, { pid, token: 'token-of-its-claim' });
    const ten = Array.from({ length: 10 }, () => processes.start('count', folder, '5'));
    for (const { ended } of ten) expect(await ended).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe('50');
    expect(readdirSync(folder)).toEqual(['counter']);
  });

  test('a process that ends while it is waited for is succeeded at once', async () => {
    const holder = processes.start('hold', folder, '600000');
    await holder.speaks;
    const waiting = locks(host(), folder).hold('test', async () => performance.now());
    holder.process.kill('SIGKILL');
    const killed = performance.now();
    expect((await waiting) - killed).toBeLessThan(5000);
  });
});

describe('who still owns a lock', () => {
  const isFree = () => locks(host(), folder).tryHold('test', () => 'mine') !== null;

  test('a living process does, however long it was silent', () => {
    leave(lockFile(), { age: 3_600_000 });
    // where start times cannot be had, it may be a later process with the pid: silence decides
    expect(isFree()).toBe(process.platform !== 'linux');
  });

  test('a later process with the same pid does not', () => {
    leave(lockFile(), { started: '1' });
    expect(isFree()).toBe(process.platform === 'linux');
  });

  test('a process of another machine does while it gives signs of life', () => {
    leave(lockFile(), { place: 'elsewhere', pid: 1, age: 20_000 });
    expect(isFree()).toBe(false);
    leave(lockFile(), { place: 'elsewhere', pid: 1, age: 120_000 });
    expect(isFree()).toBe(true);
  });

  test('a file without an owner counts as held until it is old', () => {
    writeFileSync(lockFile(), '');
    expect(isFree()).toBe(false);
    const old = new Date(Date.now() - 120_000);
    utimesSync(lockFile(), old, old);
    expect(isFree()).toBe(true);
  });
});

test('a taker that is overtaken between looking and acting leaves the new owner alone', async () => {
  leave(lockFile(), { pid: await deadPid() });
  let end = () => {};
  const work = new Promise<void>(resolve => {
    end = resolve;
  });
  let overtaking: Promise<void> | null = null;
  const slow = host();
  const overtaken = {
    ...slow,
    processes: {
      ...slow.processes,
      // the other comes in while this one has read the old owner and asks whether it lives
      isAlive: (pid: number) => {
        overtaking ??= locks(host(), folder).hold('test', () => work);
        return slow.processes.isAlive(pid);
      },
    },
  };
  expect(locks(overtaken, folder).tryHold('test', () => 'both')).toBeNull();
  expect(overtaking).not.toBeNull();
  expect(existsSync(lockFile())).toBe(true);
  end();
  await overtaking;
  expect(readdirSync(folder)).toEqual([]);
});

test('work in one process takes turns, and a failure frees the lock', async () => {
  const lock = locks(host(), folder);
  const order: string[] = [];
  const slow = lock.hold('test', async () => {
    order.push('slow begins');
    await new Promise(resolve => setImmediate(resolve));
    order.push('slow ends');
    throw new Error('of the work');
  });
  const quick = lock.hold('test', async () => order.push('quick'));
  const other = lock.hold('another', async () => order.push('another name'));
  await expect(slow).rejects.toThrow('of the work');
  await Promise.all([quick, other]);
  expect(order.indexOf('quick')).toBeGreaterThan(order.indexOf('slow ends'));
  expect(order.indexOf('another name')).toBeLessThan(order.indexOf('slow ends'));
  expect(readdirSync(folder)).toEqual([]);
});

test('waiting ends with the signal', async () => {
  leave(lockFile(), {});
  const stop = new AbortController();
  const waiting = locks(host(), folder).hold('test', async () => 'never', stop.signal);
  stop.abort(new Failure('interrupted', 'interrupted'));
  await expect(waiting).rejects.toMatchObject({ kind: 'interrupted' });
});

test("the lock and its folder are its owner's alone", async () => {
  const deep = join(folder, 'state');
  await locks(host(), deep).hold('test', async () => {
    expect(statSync(join(deep, 'test.lock')).mode & 0o777).toBe(0o600);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
  });
});
