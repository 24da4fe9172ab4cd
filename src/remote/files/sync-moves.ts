import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { SyncOrder, TreeEntry } from '../../core/sync.ts';
import type { Dialogue } from './dialogue.ts';
import { PACKED } from './entry.ts';
import { sentence } from './failures.ts';
import { Meter } from './meter.ts';
import { partOf } from './names.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';
import type { LocalEntry } from './tree.ts';

/** Paths in one question: servers may refuse messages over 10 MB. */
const MOST_PATHS = 2000;

/** Sends the entries; has ended when all stand at their places. Throws what `RemoteFiles.push` throws. */
export async function storeEntries(
  dialogue: Dialogue,
  { local, entries, moved, report }: SyncOrder,
  signal: AbortSignal,
): Promise<void> {
  const total = bytesOf(entries);
  await dialogue.send('need', { bytes: total, large: large(entries) });
  await dialogue.expect('go');
  const meter = new Meter(report, total);
  const sent = (entry: LocalEntry, bytes: number, sha256: string | null) =>
    moved({ path: entry.path, bytes, sha256: sha256 ?? '' });
  const sender = new Sender({ dialogue, meter, verify: true, signal, sent });
  for (const entry of [rootOf(), ...entries]) {
    signal.throwIfAborted();
    await sender.send(localEntry(entry, local));
  }
  await sender.flush();
  await dialogue.send('stored');
  await dialogue.expect('stored');
  meter.end();
}

/** Fetches the entries. Throws what `RemoteFiles.pull` throws. */
export async function fetchEntries(
  dialogue: Dialogue,
  { local, entries, moved, platform, report }: SyncOrder,
  signal: AbortSignal,
): Promise<void> {
  const total = bytesOf(entries);
  await refuseFull(local, total, large(entries));
  const meter = new Meter(report, total);
  const receiver = new Receiver({
    dialogue,
    meter,
    verify: true,
    resume: true,
    platform,
    signal,
    roots: [local],
    received: ({ kind, path }, _, bytes, sha256) => {
      if (kind === 'file') moved({ path, bytes, sha256: sha256 ?? '' });
    },
  });
  const paths = ['', ...entries.map(({ path }) => path)];
  for (let start = 0; start < paths.length; start += MOST_PATHS) {
    await dialogue.send('fetch', { paths: paths.slice(start, start + MOST_PATHS) });
    for (let frame = await dialogue.next(); frame.kind !== 'fetched'; frame = await dialogue.next()) {
      signal.throwIfAborted();
      if (frame.kind === 'pack') await receiver.unpack(frame);
      else if (frame.kind === 'file') await receiver.stream(frame);
    }
  }
  await receiver.finish();
  meter.end();
}

/** The folder itself: whoever receives wants to see it before what it holds. */
function rootOf(): TreeEntry {
  return { path: '', kind: 'folder', mode: 0o755, mtime: Number.NaN, size: 0, text: '' };
}

function localEntry({ path, kind, mode, mtime, size, text }: TreeEntry, folder: string): LocalEntry {
  const own = kind as LocalEntry['kind'];
  const times = { mode, mtime: Number.isNaN(mtime) ? null : mtime };
  const common = { root: 0, path, kind: own, ...times, local: path === '' ? folder : join(folder, ...path.split('/')) };
  if (kind === 'file') return { ...common, size };
  return kind === 'link' ? { ...common, target: text } : common;
}

function bytesOf(entries: readonly TreeEntry[]): number {
  return entries.reduce((sum, { kind, size }) => (kind === 'file' ? sum + size : sum), 0);
}

/** Files that an interrupted sync may have left in part: so much less has to come. */
function large(entries: readonly TreeEntry[]): string[] {
  return entries.filter(({ kind, size }) => kind === 'file' && size > PACKED).map(({ path }) => path);
}

async function refuseFull(folder: string, total: number, parts: readonly string[]): Promise<void> {
  const disk = await statfs(folder).catch(() => null);
  if (disk === null || disk.blocks === 0) return;
  const free = disk.bavail * disk.bsize;
  if (total <= free) return;
  const held = await Promise.all(parts.map(path => stat(partOf(join(folder, ...path.split('/')))).catch(() => null)));
  const missing = total - held.reduce((sum, info) => sum + (info?.size ?? 0), 0);
  if (missing > free)
    throw new Failure(
      'fileTooLarge',
      sentence('machine', folder, `needs ${missing} bytes, and the disk has ${free} free`),
    );
}
