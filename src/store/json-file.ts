import { isFailure } from '../core/failure.ts';
import { moveAside, readText, removeFile, type Warn, writeAtomic } from './atomic-file.ts';
import type { FileLocks } from './lock.ts';

export interface JsonFileOptions<T> {
  readonly path: string;
  /** Name of the lock that guards changes. */
  readonly lock: string;
  readonly locks: FileLocks;
  readonly warn: Warn;
  now(): Date;
  /** What the file holds before its first write. */
  empty(): T;
  /** Checks the parsed file; throws an `Error` whose message says what is wrong with it. */
  check(value: unknown): T;
}

/** A JSON file shared by processes: read at any time, changed under a lock, moved aside when it cannot be used. */
export interface JsonFile<T> {
  read(): T;
  /** Returning the value it was given writes nothing. */
  update(change: (value: T) => T): Promise<T>;
  /** Removes the file; true when there was one. */
  remove(): Promise<boolean>;
}

type Reading<T> = { readonly value: T } | { readonly fault: string };

export function jsonFile<T>(options: JsonFileOptions<T>): JsonFile<T> {
  const { path, locks, lock, warn } = options;

  /** Only under the lock: another process may just have put a good file in the damaged one's place. */
  function readOrMoveAside(): T {
    const reading = tryRead(options);
    if ('value' in reading) return reading.value;
    const aside = moveAside(path, options.now());
    if (aside !== null) warn(`\`${path}\` cannot be used (${reading.fault}); it was moved to \`${aside}\``);
    return options.empty();
  }

  return {
    read() {
      const reading = tryRead(options);
      if ('value' in reading) return reading.value;
      try {
        const settled = locks.tryHold(lock, readOrMoveAside);
        if (settled !== null) return settled.value;
      } catch (error) {
        // in a folder that cannot be written it has to stay where it is
        if (!isFailure(error, 'permissionDenied', 'ioError')) throw error;
      }
      warn(`\`${path}\` cannot be used (${reading.fault})`);
      return options.empty();
    },
    update(change) {
      return locks.hold(lock, async () => {
        const before = readOrMoveAside();
        const after = change(before);
        if (after !== before) writeAtomic(path, `${JSON.stringify(after, null, 2)}\n`);
        return after;
      });
    },
    remove: () => locks.hold(lock, async () => removeFile(path)),
  };
}

function tryRead<T>(options: JsonFileOptions<T>): Reading<T> {
  let text: string | null;
  try {
    text = readText(options.path);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  if (text === null) return { value: options.empty() };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { fault: 'it is not valid JSON' };
  }
  try {
    return { value: options.check(parsed) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** The parsed file as a record of the version we write. Throws for anything else, a newer version by name. */
export function versioned(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new Error('it holds no JSON object');
  if (typeof value.version === 'number' && value.version > 1) {
    throw new Error(`it was written by a newer version of lecoder-cgpu (file version ${value.version})`);
  }
  if (value.version !== 1) throw new Error('it has another format');
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
