import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../../../../src/core/failure.ts';
import type { RuntimeProvider } from '../../../../src/core/runtime.ts';
import type { Services } from '../../../../src/core/services.ts';
import type { Session, SessionList } from '../../../../src/core/session.ts';
import { ensureKeeper, keepAlive, livingKeeper } from '../../../../src/operations/sessions/keeper.ts';
import { keeperRecord } from '../../../../src/store/keeper-record.ts';
import { testHost } from '../../../support/test-host.ts';

const NOW = Date.parse('2026-01-02T03:04:05.000Z');
const later = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

function session(name: string, keepAliveUntil: string | null): Session {
  const runtime = {
    id: name,
    provider: 'colab',
    label: name,
    variant: 'gpu',
    accelerator: 'T4',
    createdAt: null,
  } as const;
  const kernels = { kernelId: null, helperKernelId: null, sharedKernel: false };
  return {
    id: name,
    name,
    provider: 'colab',
    runtime,
    ...kernels,
    keepAliveUntil,
    createdAt: later(0),
    lastActivity: later(0),
  };
}

/** The parts of the services a keeper uses: a clock that a round moves, and machines that answer as they are told. */
function bed(sessions: readonly Session[], answer: (id: string, round: number) => void = () => {}) {
  let now = NOW;
  let rounds = 0;
  let list: SessionList = { active: null, sessions };
  const pinged: string[] = [];
  const started: string[][] = [];
  const alive = new Set<number>([process.pid]);
  const base = testHost();
  const host = {
    ...base,
    now: () => new Date(now),
    sleep: async (ms: number) => {
      now += ms;
      rounds += 1;
    },
    processes: {
      ...base.processes,
      isAlive: (pid: number) => alive.has(pid),
      startDetached: async (command: string, args: readonly string[]) => {
        started.push([command, ...args]);
        alive.add(4242);
        return 4242;
      },
    },
  };
  const provider = {
    needsKeepAlive: true,
    keepAlive: async (id: string) => {
      pinged.push(id);
      answer(id, rounds);
    },
  } as unknown as RuntimeProvider;
  const services = {
    host,
    flags: { config: null, profile: null },
    paths: { logs: join(base.folder, 'logs') },
    log: { write: () => {} },
    locks: { hold: (_: string, work: () => Promise<unknown>) => work(), holder: () => null },
    keeper: keeperRecord(join(base.folder, 'keep-alive.json')),
    sessions: {
      read: () => list,
      update: async (change: (before: SessionList) => SessionList) => {
        list = change(list);
        return list;
      },
    },
    provider: async () => provider,
  } as unknown as Services;
  return { services, pinged, started, alive, list: () => list };
}

const MINUTE = 60_000;
const signal = new AbortController().signal;

test('pings each kept machine once a round until its time is over, and leaves no record', async () => {
  const { services, pinged } = bed([session('a', later(3)), session('b', later(1)), session('c', null)]);
  await expect(keepAlive(services, MINUTE, signal)).resolves.toEqual({ pings: 4, failures: 0 });
  expect(pinged).toEqual(['a', 'b', 'a', 'a']);
  expect(services.keeper.read()).toBeNull();
});

test('a network that is away is no reason to stop, a machine that is gone is', async () => {
  const { services, list } = bed([session('a', later(5)), session('b', later(5))], (id, round) => {
    if (id === 'a' && round < 2) throw new Failure('connectionTimeout', 'no network');
    if (id === 'b' && round === 1) throw new Failure('runtimeTerminated', 'gone');
  });
  await expect(keepAlive(services, MINUTE, signal)).resolves.toEqual({ pings: 4, failures: 2 });
  expect(list().sessions.find(({ name }) => name === 'b')?.keepAliveUntil).toBeNull();
});

test('is started once, with our own program', async () => {
  const { services, started } = bed([session('a', later(60))]);
  await ensureKeeper(services);
  await ensureKeeper(services);
  expect(started).toEqual([[process.execPath, expect.stringContaining('lecoder-cgpu'), 'keep-alive']]);
  expect(livingKeeper(services)?.pid).toBe(4242);
});

test('is not started for nothing', async () => {
  const { services, started } = bed([session('a', null), session('b', later(-1))]);
  await ensureKeeper(services);
  expect(started).toEqual([]);
});

test('one that died is replaced, also when its pid lives on as something else', async () => {
  const { services, started, alive } = bed([session('a', later(60))]);
  alive.add(77);
  services.keeper.write({ pid: 77, startedAt: later(-30), beatAt: later(-30), pings: 1, failures: 0, sessions: ['a'] });
  await ensureKeeper(services);
  expect(started).toHaveLength(1);
});

test('gives way to another that is at work', async () => {
  const { services, pinged, alive } = bed([session('a', later(60))]);
  alive.add(4343);
  services.keeper.write({ pid: 4343, startedAt: later(0), beatAt: later(0), pings: 0, failures: 0, sessions: [] });
  await keepAlive(services, MINUTE, signal);
  expect(pinged).toEqual([]);
  expect(services.keeper.read()?.pid).toBe(4343);
});
