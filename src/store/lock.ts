import { closeSync, fstatSync, linkSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isFailure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Locks } from '../core/services.ts';
import { errorCode, isNoSpace, openNew, temporaryName, unwritable } from './atomic-file.ts';
import {
  type FoundLock,
  findLock,
  isLeftBehind,
  type LockOwner,
  newOwner,
  newToken,
  SILENCE_MS,
  sameSign,
  stuck,
  type Taker,
} from './lock-owner.ts';

export interface FileLocks extends Locks {
  /** Runs short `work` at once, or returns null when somebody else holds the lock. */
  tryHold<T>(name: string, work: () => T): { readonly value: T } | null;
}

const SIGN_OF_LIFE_MS = 5000;
const SHORTEST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 40;

/**
 * Locks between processes as files in a folder, safe beside a kill at any moment and where machines or containers share the folder.
 *
 * A lock appears by a hard link from a finished file, so it never stands without its owner. A lock left behind is removed only by the one process
 * that holds the claim on its token (see `bury`): two takers can never remove one another's fresh lock.
 */
export function locks(host: Host, folder: string): FileLocks {
  const queues = new Map<string, Promise<unknown>>();
  const pathOf = (name: string) => join(folder, `${encodeURIComponent(name)}.lock`);

  async function holdInTurn<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const held = await acquireIfPossible(host, pathOf(name), signal);
    if (held === null) return work();
    const beat = setInterval(() => held.giveSignOfLife(), SIGN_OF_LIFE_MS);
    beat.unref();
    try {
      return await work();
    } finally {
      clearInterval(beat);
      held.release();
    }
  }

  return {
    hold(name, work, signal) {
      const before = queues.get(name);
      const run = () => holdInTurn(name, work, signal);
      const mine = before === undefined ? run() : before.then(run, run);
      const settled = mine.then(
        () => undefined,
        () => undefined,
      );
      queues.set(name, settled);
      void settled.then(() => {
        if (queues.get(name) === settled) queues.delete(name);
      });
      return mine;
    },
    holder: name => findLock(pathOf(name))?.owner ?? null,
    tryHold(name, work) {
      const held = tryAcquire(host, pathOf(name));
      if (held === null) return null;
      try {
        return { value: work() };
      } finally {
        held.release();
      }
    },
  };
}

/**
 * Null where no lock can be made, in a folder that we may not write or on a full disk: what is to be guarded cannot be written there either,
 * and what only reads, or makes room, has to go on.
 */
async function acquireIfPossible(host: Host, path: string, signal?: AbortSignal): Promise<Held | null> {
  try {
    return await acquire(host, path, signal);
  } catch (error) {
    if (isFailure(error, 'permissionDenied') || (isFailure(error) && isNoSpace(error.cause))) return null;
    throw error;
  }
}

interface Held {
  giveSignOfLife(): void;
  release(): void;
}

/** Waits as long as the owner gives signs of life; a living owner that is silent is named after a minute of watching it. */
async function acquire(host: Host, path: string, signal?: AbortSignal): Promise<Held> {
  let wait = SHORTEST_WAIT_MS;
  let watched: FoundLock | null = null;
  let since = host.monotonic();
  for (;;) {
    signal?.throwIfAborted();
    const found = findLock(path);
    if (
      found === null ||
      isLeftBehind(found, { host, self: newOwner(host), clock: found.touched }) ||
      !sameSign(found, watched)
    ) {
      const held = tryAcquire(host, path);
      if (held !== null) return held;
    }
    if (!sameSign(found, watched)) [watched, since] = [found, host.monotonic()];
    else if (found !== null && host.monotonic() - since > SILENCE_MS) {
      const held = tryAcquire(host, path);
      if (held !== null) return held;
      throw stuck(path, found.owner);
    }
    await host.sleep(wait * (0.5 + Math.random()), signal);
    wait = Math.min(wait * 1.5, LONGEST_WAIT_MS);
  }
}

/** One try, and another at once when the first has removed a lock that was left behind. */
function tryAcquire(host: Host, path: string): Held | null {
  const self = newOwner(host);
  for (let tries = 2; tries > 0; tries--) {
    const created = create(path, self);
    if (created.file !== null) return held(path, self, created.file);
    if (!bury(path, { host, self, clock: created.clock })) return null;
  }
  return null;
}

function held(path: string, self: LockOwner, file: number): Held {
  return {
    // written through our own file: should the lock have been taken from us, the new owner's is not touched
    giveSignOfLife: () => ignoringErrors(() => writeSync(file, '{', 0)),
    release() {
      closeSync(file);
      if (findLock(path)?.owner.token === self.token) rmSync(path, { force: true });
    },
  };
}

/** `file` is open when the lock is ours, else null; `clock` is the file system's time. */
function create(path: string, self: LockOwner): { readonly file: number | null; readonly clock: number } {
  const temporary = temporaryName(path);
  let file: number | null = null;
  try {
    file = openNew(temporary);
    writeSync(file, JSON.stringify(self));
    const clock = fstatSync(file).mtimeMs;
    if (link(temporary, path)) return { file, clock };
    closeSync(file);
    return { file: null, clock };
  } catch (error) {
    if (file !== null) closeSync(file);
    if (hasNoLinks(error)) return createWithoutLinks(path, self);
    throw unwritable(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    // ENOENT: this process was stopped for so long that its file was swept away
    if (['EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

function hasNoLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error) ?? '');
}

/** File systems without hard links (exFAT, some shared folders): a crash here leaves an empty lock, which ages out. */
function createWithoutLinks(path: string, self: LockOwner): { readonly file: number | null; readonly clock: number } {
  try {
    const file = openNew(path);
    writeSync(file, JSON.stringify(self));
    return { file, clock: fstatSync(file).mtimeMs };
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw unwritable(path, error);
    return { file: null, clock: Date.now() };
  }
}

/** Removes a lock whose owner is gone. False when it has one, or when another process is at it. */
function bury(path: string, taker: Taker): boolean {
  const found = findLock(path);
  if (found === null) return true;
  if (!isLeftBehind(found, taker)) return false;
  const claims = claim(path, found.owner.token, taker);
  if (claims === null) return false;
  try {
    if (findLock(path)?.owner.token === found.owner.token) rmSync(path, { force: true });
  } finally {
    // The lock goes before the claims on it: whoever makes such a claim again finds another token there, or nothing.
    for (const file of claims) rmSync(file, { force: true });
  }
  ignoringErrors(() => sweep(path, taker.clock));
  return true;
}

/** What processes killed in the middle left beside the lock. Too old to belong to a lock that stands now. */
function sweep(path: string, clock: number): void {
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const file = join(dirname(path), name);
    if (clock - statSync(file).mtimeMs > 10 * SILENCE_MS) rmSync(file, { force: true });
  }
}

/**
 * The sole right to act for a dead owner: a file named by the owner's token, made exclusively. Where a process died holding such a
 * claim, the right passes on through a claim on *its* token, and so on. Returns the files to remove afterwards; null when another has it.
 */
function claim(path: string, token: string, taker: Taker): readonly string[] | null {
  const file = `${path}.${token}.claim`;
  const mine = { ...taker.self, token: newToken() };
  const created = create(file, mine);
  if (created.file !== null) {
    closeSync(created.file);
    return [file];
  }
  const other = findLock(file);
  if (other === null || !isLeftBehind(other, { ...taker, clock: created.clock })) return null;
  const further = claim(path, other.owner.token, taker);
  if (further === null) return null;
  if (findLock(file)?.owner.token === other.owner.token) return [file, ...further];
  for (const left of further) rmSync(left, { force: true });
  return null;
}

function ignoringErrors(work: () => unknown): void {
  try {
    work();
  } catch {
    // a sign of life that could not be given is no reason to stop the work
  }
}
