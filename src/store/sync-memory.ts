import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenSyncMemory, SyncedEntry, SyncedTree } from '../core/sync.ts';
import { removeFile, type Warn } from './atomic-file.ts';
import { isRecord, jsonFile, versioned } from './json-file.ts';
import type { FileLocks } from './lock.ts';

export interface SyncMemoryOptions {
  /** The folder of these files. */
  readonly folder: string;
  readonly locks: FileLocks;
  readonly warn: Warn;
  now(): Date;
}

interface MemoryFile {
  readonly version: 1;
  readonly local: string;
  readonly remote: string;
  readonly entries: Readonly<Record<string, string>>;
}

/** What is remembered of each pair of folders, `<session>-<hash of the pair>.json`: names, sizes, times and hashes. */
export function syncMemories({ folder, locks, warn, now }: SyncMemoryOptions): OpenSyncMemory {
  return ({ session, local, remote }, sessions) => {
    const pair = createHash('sha256')
      .update(JSON.stringify([local, remote]))
      .digest('hex')
      .slice(0, 16);
    const name = `${session}-${pair}.json`;
    const file = jsonFile<MemoryFile>({
      path: join(folder, name),
      lock: `sync-memory-${pair}`,
      locks,
      warn,
      now,
      empty: () => ({ version: 1, local, remote, entries: {} }),
      check: checkFile,
    });
    return {
      read: () => readTree(file.read()),
      async write(tree) {
        const entries = Object.fromEntries([...tree].map(([path, entry]) => [path, writeEntry(entry)]));
        if (same(file.read().entries, entries)) return;
        await file.update(before => ({ ...before, entries }));
        forgetOthers(folder, [session, ...sessions]);
      },
    };
  };
}

function same(one: MemoryFile['entries'], other: MemoryFile['entries']): boolean {
  const paths = Object.keys(one);
  return paths.length === Object.keys(other).length && paths.every(path => one[path] === other[path]);
}

function checkFile(value: unknown): MemoryFile {
  const file = versioned(value);
  if (typeof file.local !== 'string' || typeof file.remote !== 'string') throw new Error('it names no folders');
  if (!isRecord(file.entries) || !Object.values(file.entries).every(line => typeof line === 'string'))
    throw new Error('it has no entries');
  return file as unknown as MemoryFile;
}

function readTree({ entries }: MemoryFile): SyncedTree {
  return new Map(Object.entries(entries).map(([path, line]) => [path, readEntry(line)]));
}

/** One line each, so that the file stays small and can be read by people: the content last, it may hold blanks. */
function writeEntry({ kind, mode, size, here, there, maybe, content }: SyncedEntry): string {
  return [kind, mode.toString(8), size, here ?? '-', there ?? '-', maybe ?? '-', content].join(' ');
}

function readEntry(line: string): SyncedEntry {
  const [kind, mode = '', size, here = '-', there = '-', maybe = '-', ...content] = line.split(' ');
  return {
    kind: kind === 'folder' || kind === 'link' ? kind : 'file',
    content: content.join(' '),
    mode: Number.parseInt(mode, 8),
    size: Number(size),
    here: here === '-' ? null : Number(here),
    there: there === '-' ? null : Number(there),
    ...(maybe === '-' ? {} : { maybe }),
  };
}

/** What belongs to sessions that are no more. */
function forgetOthers(folder: string, sessions: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    if (!/-[0-9a-f]{16}\.json$/.test(name)) continue;
    if (!sessions.some(session => name.startsWith(`${session}-`))) removeFile(join(folder, name));
  }
}
