import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { FRAME } from '../protocol.ts';
import { MARK, type Offer } from './entry.ts';

export type Marks = Map<number, Hash>;

/** SHA-256 of the file up to every `MARK` bytes and up to `size`: the hashers by their place. */
export async function marksOf(file: FileHandle, size: number, signal: AbortSignal): Promise<Marks> {
  const marks: Marks = new Map();
  const hasher = createHash('sha256');
  const block = Buffer.allocUnsafe(FRAME);
  let place = 0;
  while (place < size) {
    signal.throwIfAborted();
    const want = Math.min(FRAME, size - place, MARK - (place % MARK));
    const { bytesRead } = await file.read(block, 0, want, place);
    if (bytesRead === 0) break;
    hasher.update(block.subarray(0, bytesRead));
    place += bytesRead;
    if (place % MARK === 0) marks.set(place, hasher.copy());
  }
  if (place > 0) marks.set(place, hasher.copy());
  return marks;
}

export function digestOf(hasher: Hash): string {
  return hasher.copy().digest('hex');
}

/** What is held, as it is told to the other side. */
export function offerOf(marks: Marks): Offer['marks'] {
  return [...marks].sort(([one], [other]) => one - other).map(([place, hasher]) => [place, digestOf(hasher)] as const);
}

/** The last place up to which both sides hold the same. */
export function agreedPlace(own: Marks, told: Offer['marks']): number {
  return told.reduce((best, [place, digest]) => {
    const hasher = own.get(place);
    return place > best && hasher !== undefined && digestOf(hasher) === digest ? place : best;
  }, 0);
}
