import { createHash, type Hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Failure } from '../../core/failure.ts';
import { FRAME, WINDOW } from '../protocol.ts';
import type { Dialogue } from './dialogue.ts';
import { type Entry, MOST_PACKED, type Offer, PACKED } from './entry.ts';
import { localFailure, sentence } from './failures.ts';
import { agreedPlace, digestOf, marksOf } from './marks.ts';
import type { Meter } from './meter.ts';
import type { LocalEntry } from './tree.ts';

interface SenderParts {
  readonly dialogue: Dialogue;
  readonly meter: Meter;
  readonly verify: boolean;
  readonly signal: AbortSignal;
  /** Told of each file when it is sent. */
  readonly sent: (entry: LocalEntry, bytes: number, sha256: string | null) => void;
}

/** Sends entries: small files many in a frame, large ones in pieces from where both sides agree. */
export class Sender {
  readonly #parts: SenderParts;
  #entries: Entry[] = [];
  #contents: Uint8Array[] = [];
  #packed = 0;
  /**
   * Blocks that are used in turn: those of a whole window may still have to be sent again, one waits, and one is being filled. New
   * ones for every piece would hold twice the memory until they are collected.
   */
  readonly #blocks: Buffer[] = [];
  #turn = 0;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  async send(entry: LocalEntry): Promise<void> {
    if (entry.kind !== 'file') return this.#pack(entry, null);
    try {
      const file = await open(entry.local, 'r');
      try {
        await this.#sendFile(file, entry);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw localFailure(error, entry.local);
    }
  }

  /** Bytes whose number is not known before their end. */
  async sendStream(entry: LocalEntry, source: AsyncIterable<Uint8Array>): Promise<void> {
    const { dialogue, meter, verify, sent } = this.#parts;
    await dialogue.send('file', plain(entry));
    await dialogue.expect('offer');
    await dialogue.send('start', { at: 0 });
    const hasher = verify ? createHash('sha256') : null;
    let size = 0;
    for await (const chunk of source) {
      for (let start = 0; start < chunk.byteLength; start += FRAME) {
        const piece = chunk.subarray(start, start + FRAME);
        hasher?.update(piece);
        size += piece.byteLength;
        await dialogue.send('data', {}, [piece]);
        meter.add(piece.byteLength, entry.local);
      }
      this.#parts.signal.throwIfAborted();
    }
    this.#parts.signal.throwIfAborted();
    sent(entry, size, await this.#close(size, hasher));
  }

  /** Sends what waits for company. */
  async flush(): Promise<void> {
    const [entries, contents] = [this.#entries, this.#contents];
    [this.#entries, this.#contents, this.#packed] = [[], [], 0];
    if (entries.length === 0) return;
    const buffers = contents.length === 0 ? [] : [Buffer.concat(contents)];
    await this.#parts.dialogue.send('pack', { entries }, buffers);
  }

  async #sendFile(file: FileHandle, entry: LocalEntry): Promise<void> {
    const before = await file.stat();
    if (before.size > PACKED) {
      await this.flush();
      return this.#stream(file, before, { ...entry, size: before.size });
    }
    const content = await file.readFile();
    await refuseChanged({ file, before, count: content.byteLength, path: entry.local });
    const sha256 = this.#parts.verify ? createHash('sha256').update(content).digest('hex') : null;
    await this.#pack({ ...entry, size: content.byteLength, sha256 }, content);
    this.#parts.meter.add(content.byteLength, entry.local);
    this.#parts.sent(entry, content.byteLength, sha256);
  }

  async #pack(entry: LocalEntry, content: Uint8Array | null): Promise<void> {
    const size = content?.byteLength ?? 0;
    if (this.#packed + size > FRAME || this.#entries.length >= MOST_PACKED) await this.flush();
    this.#entries.push(plain(entry));
    if (content !== null && size > 0) this.#contents.push(content);
    this.#packed += size;
  }

  async #stream(file: FileHandle, before: Stats, entry: LocalEntry): Promise<void> {
    const { dialogue, meter, sent } = this.#parts;
    await dialogue.send('file', plain(entry));
    const offer = (await dialogue.expect('offer')).fields as unknown as Offer;
    const agreed = await this.#agree(file, before, offer);
    if (agreed === null) {
      await dialogue.send('keep', { sha256: offer.there });
      meter.hold(before.size, entry.local);
      return sent(entry, before.size, offer.there);
    }
    const { place: at, hasher } = agreed;
    meter.hold(at, entry.local);
    await dialogue.send('start', { at });
    let place = at;
    // The next piece is read while this one is hashed and sent.
    let next = this.#read(file, place);
    for (;;) {
      const piece = await next;
      if (piece.byteLength === 0) break;
      place += piece.byteLength;
      next = this.#read(file, place);
      next.catch(() => {}); // thrown where it is waited for, if it comes to that
      hasher?.update(piece);
      await dialogue.send('data', {}, [piece]);
      meter.add(piece.byteLength, entry.local);
    }
    await refuseChanged({ file, before, count: place, path: entry.local });
    sent(entry, place, await this.#close(place, hasher));
  }

  /** The next piece: a whole block, or a copy of what is left. */
  async #read(file: FileHandle, place: number): Promise<Uint8Array> {
    const at = this.#turn % (WINDOW / FRAME + 2);
    this.#blocks[at] ??= Buffer.allocUnsafeSlow(FRAME);
    const block = this.#blocks[at];
    let size = 0;
    while (size < FRAME) {
      const { bytesRead } = await file.read(block, size, FRAME - size, place + size);
      if (bytesRead === 0) return Buffer.from(block.subarray(0, size));
      size += bytesRead;
    }
    this.#turn += 1;
    return block;
  }

  /** Where to begin, with the hash up to there; null when the other side has it all. */
  async #agree(
    file: FileHandle,
    before: Stats,
    { marks, there }: Offer,
  ): Promise<{ readonly place: number; readonly hasher: Hash | null } | null> {
    const { verify, signal } = this.#parts;
    const fresh = { place: 0, hasher: verify ? createHash('sha256') : null };
    if (there !== null) {
      const own = (await marksOf(file, before.size, signal)).get(before.size);
      return own !== undefined && digestOf(own) === there ? null : fresh;
    }
    const own = await marksOf(file, Math.max(0, ...marks.map(([place]) => place)), signal);
    const place = agreedPlace(own, marks);
    return place === 0 ? fresh : { place, hasher: verify ? (own.get(place) ?? null) : null };
  }

  async #close(size: number, hasher: Hash | null): Promise<string | null> {
    const sha256 = hasher === null ? null : hasher.digest('hex');
    await this.#parts.dialogue.send('close', { size, sha256 });
    return sha256;
  }
}

export interface Reading {
  readonly file: FileHandle;
  readonly before: Stats;
  readonly count: number;
  readonly path: string;
}

export async function refuseChanged({ file, before, count, path }: Reading): Promise<void> {
  const after = await file.stat();
  // What the system makes up as it is read (/proc) has no size.
  const whole = before.size === 0 || count === before.size;
  if (whole && after.size === before.size && after.mtimeMs === before.mtimeMs) return;
  throw new Failure('transferFailed', sentence('machine', path, 'changed while it was read'), {
    hints: ['send it when nothing writes to it, or a copy of it'],
  });
}

/** Without what is only for this side. */
function plain({ local: _, ...entry }: LocalEntry): Entry {
  return entry;
}
