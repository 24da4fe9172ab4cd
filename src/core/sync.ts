import type { Report } from './events.ts';

/** What a folder that is synced holds, on either side. */
export interface TreeEntry {
  /** Below the folder, with `/`. */
  readonly path: string;
  /**
   * `special` is a pipe, socket or device; `unnamed` has a name that is not UTF-8; a `mount` is the root of another
   * file system; a `closed` folder may not be read.
   */
  readonly kind: 'file' | 'folder' | 'link' | 'special' | 'unnamed' | 'mount' | 'closed';
  /** Permission bits. */
  readonly mode: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
  readonly size: number;
  /** Where a link leads; of a `.gitignore` or `.colabignore` what stands in it. */
  readonly text: string;
}

export interface SentFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What is to be removed, as it was seen: what has changed since is kept. */
export interface Removal {
  readonly path: string;
  readonly kind: TreeEntry['kind'];
  readonly size: number;
  readonly mtime: number;
}

/** One side of a sync: a folder that is looked at and changed. Both sides fail as `RemoteFiles` does. */
export interface SyncSide {
  /** The whole path, links resolved. */
  readonly path: string;
  /** Names that differ only in the case of their letters mean the same file. */
  readonly caseless: boolean;
  /** SHA-256 of each file; null for what is no file any more. */
  hash(paths: readonly string[]): Promise<readonly (string | null)[]>;
  /** Removes what is still as it was seen, folders only when they are empty. Returns what was kept. */
  remove(entries: readonly Removal[]): Promise<readonly string[]>;
  chmod(entries: readonly { readonly path: string; readonly mode: number }[]): Promise<void>;
}

/** A folder of the runtime, over one call of the remote half. */
export interface RemoteTree extends SyncSide {
  /** False when it is yet to be made. */
  readonly there: boolean;
  /** Commands start in it or below it. */
  readonly above: boolean;
  /** The runtime's clock when it was opened, milliseconds since 1970. */
  readonly now: number;
  /** Everything in it but what is not `wanted`; a folder that is not is not entered. A folder comes before what it holds. */
  list(wanted: (entry: TreeEntry) => boolean): Promise<readonly TreeEntry[]>;
  /** Sends entries of the local folder; folders stand before what they hold. */
  store(order: SyncOrder): Promise<void>;
  /** Fetches entries into the local folder; folders stand before what they hold. */
  fetch(order: SyncOrder): Promise<void>;
  close(): void;
}

export interface SyncOrder {
  /** The whole path of the local folder. */
  readonly local: string;
  readonly entries: readonly TreeEntry[];
  /** Told of each file that has arrived, or has been sent: then it may not have arrived yet. */
  readonly moved: (file: SentFile) => void;
  readonly platform: NodeJS.Platform;
  readonly report: Report;
}

/** What both sides held when they were last the same: one path of it. */
export interface SyncedEntry {
  readonly kind: 'file' | 'folder' | 'link';
  /** Of a file its SHA-256, of a link its target; empty for a folder. */
  readonly content: string;
  /** What was sent when a sync broke off: it may have arrived or not. */
  readonly maybe?: string;
  readonly mode: number;
  readonly size: number;
  /** Times at which each side's file had that content, or null where that proves nothing. */
  readonly here: number | null;
  readonly there: number | null;
}

export type SyncedTree = ReadonlyMap<string, SyncedEntry>;

/** What is remembered between two syncs of the same pair of folders. */
export interface SyncMemory {
  read(): SyncedTree;
  write(tree: SyncedTree): Promise<void>;
}

/** The pair of folders, and the session it belongs to. */
export interface SyncPair {
  readonly session: string;
  readonly local: string;
  readonly remote: string;
}

/** Opens the memory of a pair; `sessions` are those that exist: what belongs to others is forgotten. */
export type OpenSyncMemory = (pair: SyncPair, sessions: readonly string[]) => SyncMemory;
