import type { Host } from '../core/host.ts';
import type { AssignIntent, AssignIntents, MadeMachine } from '../core/runtime.ts';
import type { Warn } from './atomic-file.ts';
import { isRecord, jsonFile, versioned } from './json-file.ts';
import type { FileLocks } from './lock.ts';
import { isLeftBehind, type LockOwner, newOwner } from './lock-owner.ts';

export interface AssignIntentsOptions {
  readonly path: string;
  readonly host: Host;
  readonly locks: FileLocks;
  readonly warn: Warn;
}

interface KeptIntent extends AssignIntent {
  readonly owner: LockOwner;
}

interface IntentFile {
  readonly version: 1;
  readonly intents: readonly KeptIntent[];
  readonly machines: readonly MadeMachine[];
  /** By account. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** Machines are looked up by the key they were made with; so many are more than any account holds. */
const REMEMBERED = 20;

/** `state/assign-intents.json`: requests for machines on their way, and the keys of those that were made. */
export function assignIntents({ path, host, locks, warn }: AssignIntentsOptions): AssignIntents {
  const file = jsonFile<IntentFile>({
    path,
    lock: 'assign-intents',
    locks,
    warn,
    now: () => host.now(),
    empty: () => ({ version: 1, intents: [], machines: [] }),
    check: checkFile,
  });
  const isLeft = ({ owner, at }: KeptIntent) =>
    isLeftBehind({ owner, touched: Date.parse(at) }, { host, self: newOwner(host), clock: host.now().getTime() });
  const change = async (work: (before: IntentFile) => IntentFile) => void (await file.update(work));
  const without = (intents: readonly KeptIntent[], key: string) => intents.filter(each => each.key !== key);

  return {
    begin: intent =>
      change(before => ({
        ...before,
        intents: [...without(before.intents, intent.key), { ...intent, owner: newOwner(host) }],
      })),
    end: key => change(before => ({ ...before, intents: without(before.intents, key) })),
    made: machine =>
      change(before => ({
        ...before,
        machines: [machine, ...before.machines.filter(({ id, key }) => id !== machine.id && key !== machine.key)].slice(
          0,
          REMEMBERED,
        ),
      })),
    settle: id =>
      change(before => {
        const key = before.machines.find(machine => machine.id === id)?.key;
        const kept = key === undefined ? before.intents : without(before.intents, key);
        return kept.length === before.intents.length ? before : { ...before, intents: kept };
      }),
    forget: id =>
      change(before => {
        const machines = before.machines.filter(machine => machine.id !== id);
        const key = before.machines.find(machine => machine.id === id)?.key;
        return key === undefined ? before : { ...before, machines, intents: without(before.intents, key) };
      }),
    async claimLeft() {
      let claimed: readonly KeptIntent[] = [];
      await file.update(before => {
        claimed = before.intents.filter(isLeft);
        if (claimed.length === 0) return before;
        const mine = { owner: newOwner(host), at: host.now().toISOString() };
        return {
          ...before,
          intents: before.intents.map(each => (claimed.includes(each) ? { ...each, ...mine } : each)),
        };
      });
      return claimed.map(({ key, choice, account, at }) => ({ key, choice, account, at }));
    },
    hasLeft: () => file.read().intents.some(isLeft),
    machines: () => file.read().machines,
    learnLimit: (account, machines) =>
      change(before =>
        before.limits?.[account] === machines
          ? before
          : { ...before, limits: { ...before.limits, [account]: machines } },
      ),
    limit: account => file.read().limits?.[account] ?? null,
  };
}

function checkFile(value: unknown): IntentFile {
  const { intents, machines, limits } = versioned(value);
  if (!Array.isArray(intents) || !Array.isArray(machines)) throw new Error('it has no list of machines');
  for (const each of intents) if (!isIntent(each) || !isRecord(each.owner)) throw new Error('an intent is not usable');
  for (const each of machines) if (!isIntent(each) || !('id' in each)) throw new Error('a machine is not usable');
  return { version: 1, intents, machines, ...(isRecord(limits) ? { limits: numbersIn(limits) } : {}) };
}

function numbersIn(limits: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([account, count]) => (typeof count === 'number' ? [[account, count]] : [])),
  );
}

function isIntent(value: unknown): value is AssignIntent & Record<string, unknown> {
  return (
    isRecord(value) &&
    typeof value.key === 'string' &&
    typeof value.at === 'string' &&
    isRecord(value.choice) &&
    typeof value.choice.variant === 'string'
  );
}
