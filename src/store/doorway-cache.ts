import type { Host } from '../core/host.ts';
import type { Doorway, ProviderName } from '../core/runtime.ts';
import type { DoorwayCache } from '../core/services.ts';
import type { Warn } from './atomic-file.ts';
import { isRecord, jsonFile, versioned } from './json-file.ts';
import type { FileLocks } from './lock.ts';
import type { Sealing } from './sealing.ts';

export interface DoorwayCacheOptions {
  readonly path: string;
  readonly host: Host;
  readonly locks: FileLocks;
  readonly sealing: Sealing;
  readonly warn: Warn;
}

interface TokenFile {
  readonly version: 1;
  /** By kind and owner (`doorway local abc`), each sealed for that name. */
  readonly entries: Readonly<Record<string, SealedEntry>>;
}

interface SealedEntry {
  /** ISO 8601, in the open, so that old ones can be dropped without the key; null for no end. */
  readonly expires: string | null;
  readonly sealed: string;
}

/** A doorway that ends sooner than this is not worth handing out. */
const LEAST_LIFE_MS = 5000;

/** Doorways in `tokens.json`, each sealed. What cannot be opened, or has expired, is as good as not there. */
export function doorwayCache({ path, host, locks, sealing, warn }: DoorwayCacheOptions): DoorwayCache {
  const file = jsonFile<TokenFile>({
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

  return {
    get(provider, runtimeId) {
      const name = nameOf(provider, runtimeId);
      const entry = file.read().entries[name];
      if (entry === undefined || !isLive(entry)) return null;
      const text = sealing.open(entry.sealed, name);
      return text === null ? null : parseDoorway(text);
    },
    async put(provider, runtimeId, doorway) {
      const name = nameOf(provider, runtimeId);
      const entry = {
        expires: doorway.expires?.toISOString() ?? null,
        sealed: sealing.seal(doorwayText(doorway), name),
      };
      await file.update(({ entries }) => ({
        version: 1,
        entries: { ...living(entries, isLive), [name]: entry },
      }));
    },
    async drop(provider, runtimeId) {
      const name = nameOf(provider, runtimeId);
      await file.update(current => {
        if (current.entries[name] === undefined) return current;
        const { [name]: _, ...entries } = current.entries;
        return { version: 1, entries };
      });
    },
  };
}

function nameOf(provider: ProviderName, runtimeId: string): string {
  return `doorway ${provider} ${runtimeId}`;
}

function living(entries: TokenFile['entries'], isLive: (entry: SealedEntry) => boolean): TokenFile['entries'] {
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => isLive(entry)));
}

function checkFile(value: unknown): TokenFile {
  const { entries } = versioned(value);
  if (!isRecord(entries)) throw new Error('it has no entries');
  for (const entry of Object.values(entries)) {
    const usable =
      isRecord(entry) &&
      typeof entry.sealed === 'string' &&
      (entry.expires === null || typeof entry.expires === 'string');
    if (!usable) throw new Error('an entry is not usable');
  }
  return { version: 1, entries: entries as TokenFile['entries'] };
}

function doorwayText({ http, ws, headers, expires }: Doorway): string {
  return JSON.stringify({ http: http.href, ws: ws.href, headers, expires: expires?.toISOString() ?? null });
}

function parseDoorway(text: string): Doorway {
  const { http, ws, headers, expires } = JSON.parse(text);
  return {
    http: new URL(http),
    ws: new URL(ws),
    headers,
    expires: expires === null ? null : new Date(expires),
  };
}
