import { basename, resolve } from 'node:path';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { PushWish, Transfer, TransferredFile } from '../../core/files.ts';
import type { CallSettings } from '../read-machine.ts';
import { Dialogue } from './dialogue.ts';
import { sentence } from './failures.ts';
import { Meter } from './meter.ts';
import { Sender } from './sender.ts';
import { type LocalEntry, tree } from './tree.ts';

/** Sends files and folders; see `RemoteFiles.push`. */
export async function push(
  settings: CallSettings,
  wish: PushWish,
  report: Report,
  signal: AbortSignal,
): Promise<Transfer> {
  const { total, count } = wish.stream ? { total: null, count: 1 } : await measure(wish.sources, signal);
  const { target, resume, verify } = wish;
  const names = wish.stream ? ['-'] : wish.sources.map(nameOf);
  const dialogue = new Dialogue(settings, 'put', { target, names, bytes: total, resume, verify }, signal);
  try {
    const roots = (await dialogue.expect('roots')).fields.roots as readonly string[];
    await dialogue.expect('go');
    return await transfer({ wish, dialogue, roots, total, count }, report, signal);
  } finally {
    dialogue.close();
  }
}

interface Sending {
  readonly wish: PushWish;
  readonly dialogue: Dialogue;
  readonly roots: readonly string[];
  readonly total: number | null;
  /** Of files, folders and links, as they were counted before. */
  readonly count: number;
}

async function transfer(
  { wish, dialogue, roots, total, count }: Sending,
  report: Report,
  signal: AbortSignal,
): Promise<Transfer> {
  const files: TransferredFile[] = [];
  const counts = { folder: 0, link: 0, file: 0, special: 0 };
  const meter = new Meter(report, total);
  const sent = (entry: LocalEntry, bytes: number, sha256: string | null) =>
    void files.push({ local: entry.local, remote: remotePath(roots, entry), bytes, sha256 });
  const sender = new Sender({ dialogue, meter, verify: wish.verify, signal, sent });
  if (wish.stream) {
    const entry = { kind: 'file', root: 0, path: '', mode: 0o644, mtime: null, size: null, local: '-' } as const;
    await sender.sendStream(entry, wish.stream);
  }
  let left = 2 * count + 1000;
  for (const [root, source] of wish.stream ? [] : wish.sources.entries()) {
    for await (const entry of tree(source, root)) {
      signal.throwIfAborted();
      counts[entry.kind] += 1;
      left -= 1;
      if (left < 0) throw growing(source);
      if (entry.kind === 'special') warnSpecial(entry, report);
      else await sender.send(entry);
    }
  }
  await sender.flush();
  await dialogue.send('eof');
  await dialogue.expect('end');
  meter.end();
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files, bytes, resumed: meter.held, folders: counts.folder, links: counts.link };
}

/** Bytes of all files, so that a disk that cannot hold them is found before the first is sent. */
export async function measure(sources: readonly string[], signal: AbortSignal): Promise<Measured> {
  let total = 0;
  let count = 0;
  for (const [root, source] of sources.entries()) {
    for await (const entry of tree(source, root)) {
      signal.throwIfAborted();
      total += entry.size ?? 0;
      count += 1;
      if (entry.kind === 'special' && entry.path === '')
        throw new Failure('transferFailed', sentence('machine', source, 'is neither a file nor a folder'), {
          retryable: false,
        });
    }
  }
  return { total, count };
}

export interface Measured {
  readonly total: number;
  readonly count: number;
}

function growing(source: string): Failure {
  const text = 'grows while it is read: is the place to copy to in it?';
  return new Failure('transferFailed', sentence('machine', source, text), { retryable: false, hints: [] });
}

/** `folder/.` means what is in it, and so do `.` and `..`: as for `cp -r`. */
export function nameOf(source: string): string {
  return /(^|[\\/])\.\.?[\\/]?$/.test(source) ? '.' : basename(resolve(source));
}

function remotePath(roots: readonly string[], { root, path }: LocalEntry): string {
  const top = roots[root] ?? '';
  return path === '' ? top : `${top}/${path}`;
}

export function warnSpecial({ local }: LocalEntry, report: Report): void {
  void report({ type: 'warning', text: `\`${local}\` is neither file, folder nor link and was left out` });
}
