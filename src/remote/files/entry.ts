/** One file, folder or link as both halves speak of it. The words stand in `remote_half.py` too. */
export interface Entry {
  readonly kind: 'file' | 'folder' | 'link' | 'special';
  /** Which of the sources it belongs to, counted from 0. */
  readonly root: number;
  /** Below that source, with `/`; empty for the source itself. */
  readonly path: string;
  /** Permission bits; null for what has none. */
  readonly mode: number | null;
  /** Milliseconds since 1970. */
  readonly mtime: number | null;
  /** Of a file; null when it is not known before its end. */
  readonly size?: number | null;
  readonly sha256?: string | null;
  /** Where a link leads. */
  readonly target?: string;
}

/** What the receiver holds already: hashes by place, or of the finished file when that looks the same. */
export interface Offer {
  readonly marks: readonly (readonly [number, string])[];
  readonly there: string | null;
}

/** Bytes. Files up to this size travel whole, as many as fit in one frame. */
export const PACKED = 1024 * 1024;
/** Entries of one such frame. */
export const MOST_PACKED = 256;
/** Bytes between two places at which a transfer may be taken up again. */
export const MARK = 32 * 1024 * 1024;
