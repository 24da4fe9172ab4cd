import { isFailure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Warn } from './atomic-file.ts';
import { isRecord, jsonFile, versioned } from './json-file.ts';
import type { FileLocks } from './lock.ts';
import type { Sealing } from './sealing.ts';

export interface TokenFileOptions {
  readonly path: string;
  readonly host: Host;
  readonly locks: FileLocks;
  readonly sealing: Sealing;
  readonly warn: Warn;
}

/** Named secrets in `tokens.json`, each sealed for its name. What cannot be opened, or has expired, is as good as not there. */
export interface TokenFile {
  /** When the entry ends, without opening it (null: never); undefined when none lives. */
  expires(name: string): Date | null | undefined;
  open(name: string): string | null;
  put(name: string, text: string, expires: Date | null): Promise<void>;
  /** As `put`, for what can be had again: where nothing can be written it is not kept. */
  cache(name: string, text: string, expires: Date | null): Promise<void>;
  /** Drops every entry whose name fits; writes nothing when none does. */
  drop(fits: (name: string) => boolean): Promise<void>;
}

interface FileContent {
  readonly version: 1;
  /** By kind and owner (`doorway local abc`). */
  readonly entries: Readonly<Record<string, SealedEntry>>;
}

interface SealedEntry {
  /** ISO 8601, in the open, so that old ones can be dropped without the key; null for no end. */
  readonly expires: string | null;
  readonly sealed: string;
}

/** What ends sooner than this is not worth handing out. */
const LEAST_LIFE_MS = 5000;

export function tokenFile({ path, host, locks, sealing, warn }: TokenFileOptions): TokenFile {
  const file = jsonFile<FileContent>({
    path,
    lock: 'tokens',
    locks,
    warn,
    now: () => host.now(),
    empty: () => ({ version: 1, entries: {} }),
    check: checkFile,
  });
  const isLive = (entry: SealedEntry) =>
    entry.expires === null || Date.parse(entry.expires) - host.now().getTime() > LEAST_LIFE_MS;
  const find = (name: string) => {
    const entry = file.read().entries[name];
    return entry !== undefined && isLive(entry) ? entry : null;
  };
  const put = async (name: string, text: string, expires: Date | null) => {
    const entry = { expires: expires?.toISOString() ?? null, sealed: sealing.seal(text, name) };
    await file.update(({ entries }) => ({ version: 1, entries: { ...living(entries, isLive), [name]: entry } }));
  };
  return {
    put,
    async cache(name, text, expires) {
      try {
        await put(name, text, expires);
      } catch (error) {
        if (!isFailure(error, 'permissionDenied', 'ioError')) throw error;
      }
    },
    expires(name) {
      const entry = find(name);
      if (entry === null) return undefined;
      return entry.expires === null ? null : new Date(entry.expires);
    },
    open(name) {
      const entry = find(name);
      return entry === null ? null : sealing.open(entry.sealed, name);
    },
    async drop(fits) {
      await file.update(current => {
        const kept = Object.entries(current.entries).filter(([name]) => !fits(name));
        if (kept.length === Object.keys(current.entries).length) return current;
        return { version: 1, entries: Object.fromEntries(kept) };
      });
    },
  };
}

function living(entries: FileContent['entries'], isLive: (entry: SealedEntry) => boolean): FileContent['entries'] {
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => isLive(entry)));
}

function checkFile(value: unknown): FileContent {
  const { entries } = versioned(value);
  if (!isRecord(entries)) throw new Error('it has no entries');
  for (const entry of Object.values(entries)) {
    const usable =
      isRecord(entry) &&
      typeof entry.sealed === 'string' &&
      (entry.expires === null || typeof entry.expires === 'string');
    if (!usable) throw new Error('an entry is not usable');
  }
  return { version: 1, entries: entries as FileContent['entries'] };
}
