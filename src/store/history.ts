import { closeSync, fchmodSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { History } from '../core/history.ts';
import { errorCode, openNew, removeFile, unwritable, writeAll, writeAtomic } from './atomic-file.ts';
import { forStorage, parseEntry } from './history-entry.ts';
import { linesBackwards } from './lines-backwards.ts';
import type { FileLocks } from './lock.ts';

export interface HistoryOptions {
  readonly path: string;
  readonly locks: FileLocks;
  /** Most entries kept; 0 keeps none. */
  readonly maxEntries: number;
}

const MOST_BYTES = 10 * 1024 * 1024;
const NEWLINE = 10;

/** Past runs, one JSON object a line, oldest first, in `state/history.jsonl`: at most `maxEntries` lines and 10 MiB. */
export function history({ path, locks, maxEntries }: HistoryOptions): History {
  return {
    async append(...entries) {
      const newest = maxEntries < 1 ? [] : entries.slice(-maxEntries);
      const lines = newest.map(entry => Buffer.from(`${JSON.stringify(forStorage(entry))}\n`));
      await locks.hold('history', async () => appendCapped(path, lines, maxEntries));
    },
    *entries() {
      let left = maxEntries;
      for (const line of linesBackwards(path)) {
        if (left-- <= 0) return;
        const entry = parseEntry(line);
        if (entry !== null) yield entry;
      }
    },
    clear() {
      return locks.hold('history', async () => {
        let count = 0;
        for (const line of linesBackwards(path)) if (parseEntry(line) !== null) count++;
        removeFile(path);
        return count;
      });
    },
  };
}

/** Only under the lock. One write for the lines, or an atomic rewrite without the oldest lines when it would be too much. */
function appendCapped(path: string, lines: readonly Buffer[], maxEntries: number): void {
  const added = Buffer.concat(lines);
  const existing = readExisting(path);
  const torn = existing.length > 0 && existing.at(-1) !== NEWLINE;
  const kept = existing.subarray(
    startOfKept(existing, { lines: maxEntries - lines.length, bytes: MOST_BYTES - added.length - 1 }),
  );
  const mend = torn && kept.length > 0 ? Buffer.from('\n') : Buffer.alloc(0);
  if (kept.length < existing.length || maxEntries < 1) writeAtomic(path, Buffer.concat([kept, mend, added]));
  else appendWhole(path, Buffer.concat([mend, added]));
}

/** Offset of the newest lines that fit both limits. A last line without its end counts as one. */
function startOfKept(data: Buffer, most: { readonly lines: number; readonly bytes: number }): number {
  let start = data.length;
  for (let lines = 0; lines < most.lines && start > 0; lines++) {
    // the byte before `start` is the end of the line before, so the search begins one further back
    const before = start < 2 ? -1 : data.lastIndexOf(NEWLINE, start - 2);
    if (data.length - (before + 1) > most.bytes) break;
    start = before + 1;
  }
  return start;
}

function readExisting(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw unwritable(path, error);
  }
}

function appendWhole(path: string, data: Buffer): void {
  try {
    const file = openForAppend(path);
    try {
      // an older program may have left it readable for all
      if ((fstatSync(file).mode & 0o077) !== 0) fchmodSync(file, 0o600);
      writeAll(file, data);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

function openForAppend(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    closeSync(openNew(path));
    return openSync(path, 'a', 0o600);
  }
}
