import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { localFailure, sentence } from '../files/failures.ts';
import { digestOf, marksOf } from '../files/marks.ts';
import type { Meter } from '../files/meter.ts';
import { partOf } from '../files/names.ts';
import type { ContentsApi, ContentsEntry } from './api.ts';
import { bytesOf, HASHED } from './read.ts';

/** Bytes at the end of what is held that are fetched once more where the server tells no hash. */
const OVERLAP = 1024 * 1024;

export interface FetchParts {
  readonly api: ContentsApi;
  readonly meter: Meter;
  readonly resume: boolean;
  readonly verify: boolean;
  readonly signal: AbortSignal;
  /** Called where nothing can be compared. */
  readonly unverified: (path: string) => void;
}

/** Fetches one file: beside its place, and moves it there when it is whole. Returns its hash, null when nothing was compared. */
export async function fetchFile(parts: FetchParts, entry: ContentsEntry, local: string): Promise<string | null> {
  try {
    await mkdir(dirname(local), { recursive: true });
    if ((await lstat(local).catch(() => null))?.isDirectory()) throw isFolder(local);
    const file = await openPart(partOf(local), parts.resume);
    let sha256: string | null;
    try {
      sha256 = await fill(parts, { file, entry, local });
    } finally {
      await file.close();
    }
    if (entry.modified !== null) await utimes(partOf(local), Date.now() / 1000, entry.modified / 1000).catch(() => {});
    await rename(partOf(local), local);
    return sha256;
  } catch (error) {
    throw localFailure(error, local);
  }
}

/** With the rights that any new file gets here: the API tells none. */
function openPart(path: string, keep: boolean): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_TRUNC } = constants;
  return open(path, O_RDWR | O_CREAT | O_APPEND | (O_NOFOLLOW ?? 0) | (keep ? 0 : O_TRUNC), 0o666);
}

interface Filling {
  readonly file: FileHandle;
  readonly entry: ContentsEntry;
  readonly local: string;
}

async function fill(parts: FetchParts, { file, entry, local }: Filling): Promise<string | null> {
  const { api, meter, verify, signal, unverified } = parts;
  const told = verify && entry.size <= HASHED ? ((await api.stat(entry.path, signal, true))?.sha256 ?? null) : null;
  let place = await heldPlace(parts, file, entry, told);
  await file.truncate(place);
  const hasher = place > 0 ? (await marksOf(file, place, signal)).get(place) : createHash('sha256');
  if (hasher === undefined)
    throw new Failure('transferFailed', sentence('machine', local, 'changed while it was written'));
  meter.hold(place, local);
  const resumed = place > 0;
  for await (const piece of bytesOf(api, entry.path, { from: place, to: null }, signal)) {
    hasher.update(piece);
    await file.appendFile(piece);
    place += piece.byteLength;
    meter.add(piece.byteLength, local);
  }
  if (place !== entry.size)
    throw await wrong(file, sentence('runtime', api.shown(entry.path), 'changed while it was read'));
  if (told === null) {
    if (verify) unverified(local);
    return null;
  }
  if (digestOf(hasher) === told) return told;
  throw await wrong(
    file,
    sentence(
      'machine',
      local,
      `arrived with another SHA-256 than it has on the runtime${resumed ? ', or what was held was another file' : ''}`,
    ),
  );
}

/** How much of what is held is taken over: by hash in the end, else by its last bytes now. */
async function heldPlace(
  { api, signal }: FetchParts,
  file: FileHandle,
  entry: ContentsEntry,
  told: string | null,
): Promise<number> {
  const held = (await file.stat()).size;
  if (held === 0 || held > entry.size) return 0;
  if (told !== null) return held;
  const from = Math.max(0, held - OVERLAP);
  let place = from;
  for await (const piece of bytesOf(api, entry.path, { from, to: held }, signal)) {
    const own = Buffer.alloc(piece.byteLength);
    await file.read(own, 0, own.byteLength, place);
    if (!own.equals(piece)) return 0;
    place += piece.byteLength;
  }
  return place === held ? held : 0;
}

/** What is held is of no use any more. */
async function wrong(file: FileHandle, message: string): Promise<Failure> {
  await file.truncate(0);
  return new Failure('transferFailed', message);
}

function isFolder(local: string): Failure {
  return new Failure('transferFailed', sentence('machine', local, 'is a folder'), { retryable: false, hints: [] });
}
