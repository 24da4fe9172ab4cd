import { closeSync, fstatSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { errorCode } from './atomic-file.ts';

/** Who holds a lock, as written into its file. */
export interface LockOwner {
  /** Unique to this taking of the lock. */
  readonly token: string;
  readonly pid: number;
  /** When the process started, in the kernel's own count; tells a process from a later one with the same pid. Null where it cannot be had. */
  readonly started: string | null;
  /** Machine, boot and pid namespace: only within one place do pids mean the same. */
  readonly place: string;
  /** ISO 8601, for people who look into the file. */
  readonly since: string;
}

/** A lock file as found: its owner and when it last gave a sign of life, by the file system's clock. */
export interface FoundLock {
  readonly owner: LockOwner;
  readonly touched: number;
}

/** A sign of life is given every few seconds; after so long without one a stranger's lock counts as left behind. */
export const SILENCE_MS = 60_000;

let ownPlace: string | null = null;
let ownStart: { readonly pid: number; readonly started: string | null } | null = null;

export function newOwner(host: Host): LockOwner {
  ownPlace ??= [hostname(), firstLine('/proc/sys/kernel/random/boot_id'), pidNamespace()].join(' ');
  if (ownStart?.pid !== host.pid) ownStart = { pid: host.pid, started: processState(host.pid)?.started ?? null };
  return {
    token: newToken(),
    pid: host.pid,
    started: ownStart.started,
    place: ownPlace,
    since: host.now().toISOString(),
  };
}

/** Unique among all processes and machines that share the folder, whatever ids the host hands out. */
export function newToken(): string {
  const random = () => Math.random().toString(36).slice(2, 12);
  return `${Date.now().toString(36)}-${random()}-${random()}`;
}

/**
 * Reads a lock file; null when there is none. A file without a readable owner (left by a crash on a file system without hard links)
 * gets an owner nobody can be, named after the file itself.
 */
export function findLock(path: string): FoundLock | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const { mtimeMs, ino } = fstatSync(file);
    const text = readFileSync(file, 'utf8');
    return { owner: parseOwner(text) ?? nobody(`${ino}-${Math.round(mtimeMs)}`), touched: mtimeMs };
  } finally {
    closeSync(file);
  }
}

/** Who would like a lock. */
export interface Taker {
  readonly host: Host;
  readonly self: LockOwner;
  /** The file system's time now, so that two machines' clocks need not agree. */
  readonly clock: number;
}

/**
 * Whether a lock was left behind. Where the owner's pid means something to us, life decides and age does not: a process stopped by
 * Ctrl-Z or a laptop that slept still owns its lock. Elsewhere (another machine or container) the signs of life are all there is.
 * Where a process cannot be told from a later one with its pid, it must be there and not silent.
 */
export function isLeftBehind(found: FoundLock, { host, self, clock }: Taker): boolean {
  const { owner, touched } = found;
  const silent = clock - touched > SILENCE_MS;
  if (owner.place !== self.place) return silent;
  const state = processState(owner.pid);
  if (state === null && !host.processes.isAlive(owner.pid)) return true;
  if (state === null || owner.started === null) return silent;
  return state.ended || state.started !== owner.started;
}

/** What Linux says of a process; null where it does not say. A zombie has ended: it runs no code and closes no file. */
function processState(pid: number): { readonly started: string; readonly ended: boolean } | null {
  const stat = firstLine(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const started = fields[19];
  return started === undefined ? null : { started, ended: fields[0] === 'Z' || fields[0] === 'X' };
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function parseOwner(text: string): LockOwner | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('token' in value) || !('pid' in value) || !('place' in value))
      return null;
    const { token, pid, place } = value;
    if (
      typeof token !== 'string' ||
      !/^[\w-]{8,64}$/.test(token) ||
      typeof pid !== 'number' ||
      typeof place !== 'string'
    )
      return null;
    const started = 'started' in value && typeof value.started === 'string' ? value.started : null;
    const since = 'since' in value && typeof value.since === 'string' ? value.since : '';
    return { token, pid, place, started, since };
  } catch {
    return null;
  }
}

function nobody(token: string): LockOwner {
  return { token, pid: 0, started: null, place: 'unknown', since: '' };
}

/** Whether nothing happened to a lock between two looks at it. */
export function sameSign(one: FoundLock | null, other: FoundLock | null): boolean {
  return one?.owner.token === other?.owner.token && one?.touched === other?.touched;
}

/** For a lock whose living owner is silent. */
export function stuck(path: string, owner: LockOwner): Failure {
  const hints = [
    `if process ${owner.pid} is stopped, continue or end it; if there is no such process, delete \`${path}\``,
  ];
  return new Failure(
    'ioError',
    `\`${path}\` is held by process ${owner.pid} since ${owner.since}, which gives no sign of life`,
    { hints },
  );
}
