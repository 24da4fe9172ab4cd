import { createHash, type Hash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Frame } from '../protocol.ts';
import type { Dialogue } from './dialogue.ts';
import type { Entry, Offer } from './entry.ts';
import { localFailure, sentence } from './failures.ts';
import { digestOf, type Marks, marksOf, offerOf } from './marks.ts';
import type { Meter } from './meter.ts';
import { checkInner, partOf } from './names.ts';

interface ReceiverParts {
  readonly dialogue: Dialogue;
  readonly meter: Meter;
  readonly verify: boolean;
  readonly resume: boolean;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
  /** Where each source goes. */
  readonly roots: readonly string[];
  readonly received: (entry: Entry, local: string, bytes: number, sha256: string | null) => void;
}

/** Writes what is sent: each file beside its place, and moved there when its hash is right. */
export class Receiver {
  readonly #parts: ReceiverParts;
  /** Folders made or met here, and no links: only into these is written. */
  readonly #folders = new Set<string>();
  readonly #made: { readonly path: string; readonly entry: Entry }[] = [];

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  async unpack({ fields, buffers }: Frame): Promise<void> {
    const bytes = buffers[0] ?? new Uint8Array();
    let start = 0;
    for (const entry of fields.entries as readonly Entry[]) {
      const local = await this.#place(entry);
      const content = bytes.subarray(start, start + (entry.size ?? 0));
      start += content.byteLength;
      await this.#store(entry, local, content).catch(error => {
        throw localFailure(error, local);
      });
    }
  }

  async stream({ fields }: Frame): Promise<void> {
    const entry = fields as unknown as Entry;
    const local = await this.#place(entry);
    try {
      await this.#fill(entry, local);
    } catch (error) {
      throw localFailure(error, local);
    }
  }

  /** Gives the folders their modes and times, which writing into them would have changed. */
  async finish(): Promise<void> {
    for (const { path, entry } of this.#made.reverse()) await settle(path, entry);
  }

  async #place({ root, path }: Entry): Promise<string> {
    const top = this.#parts.roots[root];
    if (top === undefined) throw new Failure('unknown', 'the remote half sent what nobody asked for');
    if (path === '') {
      await mkdir(dirname(top), { recursive: true }).catch(error => {
        throw localFailure(error, dirname(top));
      });
      return top;
    }
    checkInner(path, this.#parts.platform);
    const local = join(top, ...path.split('/'));
    if (!this.#folders.has(dirname(local)))
      throw new Failure('transferFailed', sentence('runtime', path, 'does not lie in a folder that is sent'));
    return local;
  }

  async #store(entry: Entry, local: string, content: Uint8Array): Promise<void> {
    const { meter, received } = this.#parts;
    switch (entry.kind) {
      case 'folder':
        await this.#folder(entry, local);
        break;
      case 'link':
        await refuseNonFile(local);
        await rm(partOf(local), { force: true });
        await symlink(entry.target ?? '', partOf(local));
        await rename(partOf(local), local);
        break;
      case 'file':
        if (entry.sha256 != null && createHash('sha256').update(content).digest('hex') !== entry.sha256)
          throw damaged(local);
        await this.#whole(entry, local, content);
        meter.add(content.byteLength, local);
    }
    received(entry, local, content.byteLength, entry.sha256 ?? null);
  }

  async #folder(entry: Entry, local: string): Promise<void> {
    const info = await (entry.path === '' ? stat(local) : lstat(local)).catch(absent);
    if (info === null) {
      await mkdir(local);
      this.#made.push({ path: local, entry });
    } else if (!info.isDirectory())
      throw new Failure('transferFailed', sentence('machine', local, 'is not a folder'), {
        retryable: false,
        hints: [],
      });
    this.#folders.add(local);
  }

  async #whole(entry: Entry, local: string, content: Uint8Array): Promise<void> {
    await refuseNonFile(local);
    const part = partOf(local);
    const file = await openPart(part, constants.O_TRUNC);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    await settle(part, entry);
    await rename(part, local);
  }

  async #fill(entry: Entry, local: string): Promise<void> {
    await refuseNonFile(local);
    const part = partOf(local);
    const file = await openPart(part, 0);
    let done: { readonly sha256: string | null; readonly kept: boolean };
    try {
      done = await this.#receive(file, local, entry);
    } finally {
      await file.close();
    }
    if (done.kept) await rm(part, { force: true });
    else {
      await settle(part, entry);
      await rename(part, local);
    }
    this.#parts.received(entry, local, entry.size ?? 0, done.sha256);
  }

  async #receive(file: FileHandle, local: string, entry: Entry) {
    const { dialogue, meter, resume, verify, signal } = this.#parts;
    const size = entry.size ?? 0;
    const held = (await file.stat()).size;
    const marks: Marks = resume ? await marksOf(file, Math.min(held, size), signal) : new Map();
    const there = resume && marks.size === 0 ? await this.#sumOf(local, entry) : null;
    await dialogue.send('offer', { marks: offerOf(marks), there } satisfies Offer);
    const { kind, fields } = await dialogue.next();
    if (kind === 'keep') {
      meter.hold(size, local);
      return { sha256: verify ? (fields.sha256 as string) : null, kept: true };
    }
    const at = fields.at as number;
    meter.hold(at, local);
    await file.truncate(at);
    const hasher = at > 0 ? marks.get(at) : createHash('sha256');
    if (hasher === undefined) throw new Failure('unknown', 'the remote half goes on from a place that nobody offered');
    return { sha256: await this.#pour({ file, local, at, hasher }), kept: false };
  }

  /** Writes to the end and compares. Returns the hash. */
  async #pour({ file, local, at, hasher }: Pouring): Promise<string | null> {
    const { dialogue, meter, verify } = this.#parts;
    let place = at;
    for (;;) {
      const { kind, fields, buffers } = await dialogue.next();
      if (kind !== 'data') {
        const sha256 = verify ? digestOf(hasher) : null;
        if (kind === 'close' && fields.size === place && fields.sha256 === sha256) return sha256;
        await file.truncate(0);
        throw damaged(local);
      }
      for (const buffer of buffers) {
        if (verify) hasher.update(buffer);
        for (let start = 0; start < buffer.byteLength; )
          start += (await file.write(buffer, start, buffer.byteLength - start, place + start)).bytesWritten;
        place += buffer.byteLength;
        meter.add(buffer.byteLength, local);
      }
    }
  }

  /** SHA-256 of the file that is there, when it looks like the one to come. */
  async #sumOf(local: string, entry: Entry): Promise<string | null> {
    const info = await lstat(local).catch(absent);
    if (info === null || !info.isFile() || info.size !== entry.size) return null;
    if (!(Math.abs(info.mtimeMs - (entry.mtime ?? Number.NaN)) < 1000)) return null;
    const file = await open(local, 'r');
    try {
      const hasher = (await marksOf(file, info.size, this.#parts.signal)).get(info.size);
      return hasher === undefined ? null : digestOf(hasher);
    } finally {
      await file.close();
    }
  }
}

interface Pouring {
  readonly file: FileHandle;
  readonly local: string;
  readonly at: number;
  readonly hasher: Hash;
}

function openPart(path: string, more: number): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
  return open(path, O_RDWR | O_CREAT | (O_NOFOLLOW ?? 0) | more, 0o600);
}

/** A folder is never replaced by a file, and no device, pipe or socket either: whoever named one meant to write to it. */
async function refuseNonFile(local: string): Promise<void> {
  const info = await lstat(local).catch(absent);
  if (info === null || info.isFile() || info.isSymbolicLink()) return;
  const what = info.isDirectory() ? 'is a folder' : 'is neither a file nor a folder and is not replaced';
  throw new Failure('transferFailed', sentence('machine', local, what), { retryable: false, hints: [] });
}

function absent(error: NodeJS.ErrnoException): Stats | null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Mode and time as at the source, where the file system has them. */
async function settle(path: string, { mode, mtime }: Entry): Promise<void> {
  if (mode !== null) await chmod(path, mode & 0o777).catch(() => {});
  if (mtime !== null) await utimes(path, Date.now() / 1000, mtime / 1000).catch(() => {});
}

function damaged(local: string): Failure {
  return new Failure(
    'transferFailed',
    sentence('machine', local, 'arrived with another SHA-256 than it was sent with'),
  );
}
