/**
 * The words both halves speak, see `docs/remote-half.md`. The numbers stand in `remote_half.py` too: the two files
 * travel together, and the target's name is made from the Python file, so they cannot come apart.
 */

/** Weight that may be on the way, in bytes, each direction of each call. */
export const WINDOW = 16 * 1024 * 1024;
/** Most bytes in one frame: servers may refuse messages over 10 MB. */
export const FRAME = 1024 * 1024;
/** What the smallest frame with bytes weighs: bounds the count of messages on the way. */
export const LEAST = 64 * 1024;

/** Frames without bytes weigh nothing: a signal must pass where input waits. */
export function weight(bytes: number): number {
  return bytes === 0 ? 0 : Math.max(bytes, LEAST);
}

export interface Frame {
  readonly seq: number;
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** Where one side stands. It is the only message outside the sequence, and may be lost or doubled at will. */
export interface Standing {
  /** The next frame we expect: all before it have arrived. */
  readonly got: number;
  /** Total weight we may have been sent. */
  readonly limit: number;
  /** The number our next frame will have. */
  readonly sent: number;
  /** How many times we have sent again on demand. */
  readonly round: number;
  /** How many times we asked for frames again. */
  readonly again: number;
  /** Wants an answer. */
  readonly ask: boolean;
}

export function sizeOf(buffers: readonly Uint8Array[]): number {
  let size = 0;
  for (const buffer of buffers) size += buffer.byteLength;
  return size;
}
