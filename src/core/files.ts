import type { Report } from './events.ts';
import type { Doorway } from './runtime.ts';
import type { RemoteTree } from './sync.ts';

/** Moves files between this machine and the runtime, and looks after those there. Implemented by `remote/`. */
export interface RemoteFiles {
  /**
   * Sends files and folders. Throws `fileNotFound`, `permissionDenied` and `fileTooLarge`, which say on which side, and
   * `transferFailed` for what arrived damaged or changed while it was read.
   */
  push(wish: PushWish, report: Report, signal: AbortSignal): Promise<Transfer>;
  /** Fetches files and folders; fails like `push`. */
  pull(wish: PullWish, report: Report, signal: AbortSignal): Promise<Transfer>;
  /** Writes one or more remote files to `sink`, one after the other. */
  cat(paths: readonly string[], sink: ByteSink, signal: AbortSignal): Promise<void>;
  list(paths: readonly string[], wish: ListWish, signal: AbortSignal): Promise<readonly Listing[]>;
  /** Returns what was removed. A folder needs `recursive`; `force` passes over what is not there. */
  remove(paths: readonly string[], wish: RemoveWish, signal: AbortSignal): Promise<readonly string[]>;
  makeFolders(paths: readonly string[], parents: boolean, signal: AbortSignal): Promise<readonly string[]>;
  /** The last path is the new place. `force` replaces what is there. */
  move(paths: readonly string[], force: boolean, signal: AbortSignal): Promise<readonly Move[]>;
  /** Opens a folder for a sync; it need not be there yet. */
  openTree(folder: string, signal: AbortSignal): Promise<RemoteTree>;
}

/** The files of a Jupyter server as its contents API shows them. */
export interface ContentsPlace {
  /** The way in of this moment. */
  readonly doorway: () => Doorway;
  /** Where the API's root lies on the runtime; null when that is not known. */
  readonly root: string | null;
  /** The folder in which commands start, below the API's root; empty for the root itself. */
  readonly folder: string;
}

/** The same calls without a kernel. */
export type OpenContents = (place: ContentsPlace) => RemoteFiles;

export interface TransferWish {
  /** Take up what an interrupted transfer left. */
  readonly resume: boolean;
  /** Compare SHA-256 of both sides. */
  readonly verify: boolean;
}

export interface PushWish extends TransferWish {
  /** Whole local paths; their last part is the name on the other side. */
  readonly sources: readonly string[];
  /** Sent to `target` instead of any source. */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Null for the folder in which commands start. */
  readonly target: string | null;
}

export interface PullWish extends TransferWish {
  /** Remote paths and patterns. */
  readonly sources: readonly string[];
  /** A whole local path, its last `/` kept; or where the bytes of one file go instead. */
  readonly target: string | ByteSink;
  /** Of this machine: not every name can be a file's everywhere. */
  readonly platform: NodeJS.Platform;
}

/** A promise means that the reader is behind. */
export type ByteSink = (piece: Uint8Array) => void | Promise<void>;

export interface Transfer {
  readonly files: readonly TransferredFile[];
  /** Of all files; what was there already counts too. */
  readonly bytes: number;
  /** Bytes that did not have to move: from an interrupted transfer, or the same already. */
  readonly resumed: number;
  readonly folders: number;
  readonly links: number;
}

export interface TransferredFile {
  /** `-` for standard input and output. */
  readonly local: string;
  readonly remote: string;
  readonly bytes: number;
  /** Null when nothing was compared. */
  readonly sha256: string | null;
}

export interface ListWish {
  /** Names that begin with a full stop too. */
  readonly all: boolean;
  /** A folder itself instead of what it holds. */
  readonly itself: boolean;
}

export interface Listing {
  /** What was asked for. */
  readonly path: string;
  readonly folder: boolean;
  readonly entries: readonly RemoteEntry[];
}

export interface RemoteEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'special';
  readonly size: number;
  /** As in `drwxr-xr-x`. */
  readonly mode: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly links: number;
  readonly owner: string;
  readonly group: string;
  /** Where a link leads. */
  readonly target: string | null;
}

export interface RemoveWish {
  readonly recursive: boolean;
  readonly force: boolean;
}

export interface Move {
  readonly from: string;
  readonly to: string;
}
