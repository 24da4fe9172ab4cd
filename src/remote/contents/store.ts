import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Failure, isFailure } from '../../core/failure.ts';
import { localFailure, sentence } from '../files/failures.ts';
import { digestOf, marksOf } from '../files/marks.ts';
import type { Meter } from '../files/meter.ts';
import { refuseChanged } from '../files/sender.ts';
import type { LocalEntry } from '../files/tree.ts';
import type { ContentsApi } from './api.ts';
import { remoteSum } from './read.ts';

/** Bytes of one request: each is a third longer on the way, and both sides hold it whole. */
const PIECE = 2 * 1024 * 1024;
/** Milliseconds before a piece whose fate is not known is looked after. */
const PAUSES = [250, 1000, 4000, 15_000];

export interface StoreParts {
  readonly api: ContentsApi;
  readonly meter: Meter;
  readonly resume: boolean;
  readonly verify: boolean;
  readonly signal: AbortSignal;
  /** Called where nothing can be compared. */
  readonly unverified: (path: string) => void;
}

interface Stored {
  readonly bytes: number;
  readonly sha256: string | null;
}

/** Sends one file: beside its place, piece by piece, and moves it there when it is whole. */
export async function storeFile(parts: StoreParts, entry: LocalEntry, path: string): Promise<Stored> {
  try {
    const file = await open(entry.local, 'r');
    try {
      return await send(parts, { file, entry, path });
    } finally {
      await file.close();
    }
  } catch (error) {
    throw localFailure(error, entry.local);
  }
}

/** Sends bytes whose number is not known before their end. */
export async function storeStream(parts: StoreParts, source: AsyncIterable<Uint8Array>, path: string): Promise<Stored> {
  const pour = new Pour(parts, partPath(path), 0, createHash('sha256'));
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    size += chunk.byteLength;
    if (size < PIECE) continue;
    await pour.add(Buffer.concat(waiting));
    [waiting, size] = [[], 0];
  }
  parts.signal.throwIfAborted();
  if (size > 0 || pour.place === 0) await pour.add(Buffer.concat(waiting));
  return settle(parts, pour, path);
}

interface Sending {
  readonly file: FileHandle;
  readonly entry: LocalEntry;
  readonly path: string;
}

async function send(parts: StoreParts, { file, entry, path }: Sending): Promise<Stored> {
  const before = await file.stat();
  if (before.size <= PIECE) return sendWhole(parts, { file, entry, path });
  const { place, hasher } = await agreed(parts, file, partPath(path), before.size);
  parts.meter.hold(place, entry.local);
  const pour = new Pour(parts, partPath(path), place, hasher, entry.local);
  const block = Buffer.allocUnsafeSlow(Math.min(PIECE, before.size + 1));
  for (;;) {
    const { bytesRead } = await file.read(block, 0, block.byteLength, pour.place);
    if (bytesRead === 0 && pour.place > 0) break;
    await pour.add(block.subarray(0, bytesRead));
    if (bytesRead === 0) break;
  }
  await refuseChanged({ file, before, count: pour.place, path: entry.local });
  return settle(parts, pour, path);
}

/** One request, which the server carries out wholly or not at all, and which may be repeated. */
async function sendWhole(parts: StoreParts, { file, entry, path }: Sending): Promise<Stored> {
  const { api, signal, verify, meter } = parts;
  const before = await file.stat();
  const content = await file.readFile();
  await refuseChanged({ file, before, count: content.byteLength, path: entry.local });
  for (let tried = 0; ; tried += 1) {
    try {
      await api.write(path, content, signal);
      break;
    } catch (error) {
      await pauseOver(parts, error, tried);
    }
  }
  const own = createHash('sha256').update(content).digest('hex');
  meter.add(content.byteLength, entry.local);
  const compared = verify && (await isSame(parts, { held: path, path, size: content.byteLength, own }));
  return { bytes: content.byteLength, sha256: compared ? own : null };
}

/** Waits before the next try; throws when there must be none. */
async function pauseOver({ api, signal }: StoreParts, error: unknown, tried: number): Promise<void> {
  signal.throwIfAborted();
  const pause = PAUSES[tried];
  if (!isFailure(error, 'connectionTimeout', 'apiUnavailable') || pause === undefined) throw error;
  await api.host.sleep(pause, signal);
}

/** Where an interrupted upload is gone on with: only behind bytes that are known to be the same. */
async function agreed(
  { api, resume, signal }: StoreParts,
  file: FileHandle,
  part: string,
  size: number,
): Promise<{ readonly place: number; readonly hasher: Hash }> {
  const held = resume && size > PIECE ? ((await api.stat(part, signal))?.size ?? 0) : 0;
  if (held > 0 && held <= size) {
    const own = (await marksOf(file, held, signal)).get(held);
    if (own !== undefined && digestOf(own) === (await remoteSum(api, part, held, signal)))
      return { place: held, hasher: own };
  }
  return { place: 0, hasher: createHash('sha256') };
}

/** Pieces in order, each exactly once: the server appends what it gets, and does not know what it got before. */
class Pour {
  readonly #parts: StoreParts;
  readonly part: string;
  readonly hasher: Hash;
  readonly #name: string;
  place: number;

  constructor(parts: StoreParts, part: string, place: number, hasher: Hash, name = '-') {
    this.#parts = parts;
    this.part = part;
    this.place = place;
    this.hasher = hasher;
    this.#name = name;
  }

  async add(piece: Buffer): Promise<void> {
    const { api, meter, signal } = this.#parts;
    const after = this.place + piece.byteLength;
    for (let tried = 0; ; tried += 1) {
      try {
        // The first piece makes the file anew; any other number appends.
        const { size } = await api.write(this.part, piece, signal, this.place === 0 ? 1 : 2);
        if (size !== after) throw damaged(api, this.part);
        break;
      } catch (error) {
        await pauseOver(this.#parts, error, tried);
        if (await this.#landed(after)) break;
      }
    }
    this.hasher.update(piece);
    this.place = after;
    meter.add(piece.byteLength, this.#name);
  }

  /** Whether a piece whose answer was lost is there. Sent again it would be there twice. */
  async #landed(after: number): Promise<boolean> {
    const { api, signal } = this.#parts;
    const size = (await api.stat(this.part, signal))?.size ?? 0;
    if (size === after) return true;
    if (size === this.place || this.place === 0) return false;
    throw damaged(api, this.part);
  }
}

/** Compares, and moves it to its place. */
async function settle(parts: StoreParts, pour: Pour, path: string): Promise<Stored> {
  const { api, signal, verify } = parts;
  const own = pour.hasher.digest('hex');
  const compared = verify && (await isSame(parts, { held: pour.part, path, size: pour.place, own }));
  const there = await api.stat(path, signal);
  if (there?.folder) throw isFolder(api, path);
  // The API replaces nothing by renaming.
  if (there !== null) await api.remove(path, signal);
  await api.rename(pour.part, path, signal);
  return { bytes: pour.place, sha256: compared ? own : null };
}

interface Comparison {
  /** What holds the bytes. */
  readonly held: string;
  /** The file that they are to be. */
  readonly path: string;
  readonly size: number;
  readonly own: string;
}

/** False when nothing can be compared, which is said. Throws `transferFailed` for another hash, and removes that. */
async function isSame(parts: StoreParts, { held, path, size, own }: Comparison): Promise<boolean> {
  const { api, signal, unverified } = parts;
  const told = await remoteSum(api, held, size, signal);
  if (told === own) return true;
  if (told !== null) {
    await api.remove(held, signal);
    throw damaged(api, path);
  }
  unverified(api.shown(path));
  return false;
}

function isFolder(api: ContentsApi, path: string): Failure {
  const text = sentence('runtime', api.shown(path), 'is a folder');
  return new Failure('transferFailed', text, { retryable: false, hints: [] });
}

/** Not hidden: servers take no hidden files. */
function partPath(path: string): string {
  return `${path}.lecoder-part`;
}

function damaged(api: ContentsApi, path: string): Failure {
  const text = 'does not hold what was sent: something else writes to it, or a piece came twice';
  return new Failure('transferFailed', sentence('runtime', api.shown(path), text), {
    hints: ['run the command again: it goes on with what is right, or begins anew'],
  });
}
