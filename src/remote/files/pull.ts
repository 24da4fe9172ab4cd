import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, realpath, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { ByteSink, PullWish, Transfer, TransferredFile } from '../../core/files.ts';
import type { CallSettings } from '../read-machine.ts';
import { Dialogue } from './dialogue.ts';
import type { Entry } from './entry.ts';
import { sentence } from './failures.ts';
import { Meter } from './meter.ts';
import { checkInner, partOf } from './names.ts';
import { Receiver } from './receiver.ts';
import { tree } from './tree.ts';

export interface Root {
  readonly path: string;
  readonly name: string;
  readonly folder: boolean;
}

interface Fetching {
  readonly wish: PullWish;
  readonly dialogue: Dialogue;
  readonly roots: readonly Root[];
  readonly total: number;
  readonly platform: NodeJS.Platform;
}

/** Fetches files and folders; see `RemoteFiles.pull`. */
export async function pull(
  settings: CallSettings,
  wish: PullWish,
  report: Report,
  signal: AbortSignal,
): Promise<Transfer> {
  const dialogue = new Dialogue(settings, 'get', { paths: wish.sources, verify: wish.verify }, signal);
  try {
    const { fields } = await dialogue.expect('roots');
    const found = { roots: fields.roots as readonly Root[], total: fields.bytes as number };
    const fetching = { wish, dialogue, platform: wish.platform, ...found };
    const { target } = wish;
    return await (typeof target === 'string'
      ? toDisk(fetching, target, report, signal)
      : toSink(fetching, target, report));
  } finally {
    dialogue.close();
  }
}

async function toDisk(fetching: Fetching, target: string, report: Report, signal: AbortSignal): Promise<Transfer> {
  const { wish, dialogue, roots, total, platform } = fetching;
  const places = await placesOf(roots, target, platform);
  await need(places, total);
  await dialogue.send('go');
  const files: TransferredFile[] = [];
  const counts = { folder: 0, link: 0, file: 0, special: 0 };
  const meter = new Meter(report, total);
  const received = (entry: Entry, local: string, bytes: number, sha256: string | null) => {
    counts[entry.kind] += 1;
    const remote = remotePath(roots, entry);
    if (entry.kind === 'file') files.push({ local, remote, bytes, sha256 });
    else if (entry.kind === 'special')
      void report({ type: 'warning', text: `\`${remote}\` is neither file, folder nor link and was left out` });
  };
  const { resume, verify } = wish;
  const receiver = new Receiver({ dialogue, meter, verify, resume, platform, signal, roots: places, received });
  for (let frame = await dialogue.next(); frame.kind !== 'end'; frame = await dialogue.next()) {
    signal.throwIfAborted();
    if (frame.kind === 'pack') await receiver.unpack(frame);
    else if (frame.kind === 'file') await receiver.stream(frame);
  }
  await receiver.finish();
  meter.end();
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files, bytes, resumed: meter.held, folders: counts.folder, links: counts.link };
}

/** One file to standard output: nothing to resume, and what is wrong with it is known only at the end. */
async function toSink({ wish, dialogue, roots, total }: Fetching, sink: ByteSink, report: Report): Promise<Transfer> {
  const [root, more] = roots;
  if (root === undefined || more !== undefined || root.folder)
    throw new Failure('usage', 'only one file goes to standard output', {
      hints: ['name a folder to put more than one in'],
    });
  await dialogue.send('go');
  const hasher = wish.verify ? createHash('sha256') : null;
  const meter = new Meter(report, total);
  let bytes = 0;
  let told: string | null = null;
  for (let frame = await dialogue.next(); frame.kind !== 'end'; frame = await dialogue.next()) {
    if (frame.kind === 'file') await dialogue.send('offer', { marks: [], there: null });
    if (frame.kind === 'pack') told = (frame.fields.entries as readonly Entry[])[0]?.sha256 ?? null;
    if (frame.kind === 'close') told = frame.fields.sha256 as string | null;
    for (const buffer of frame.buffers) {
      hasher?.update(buffer);
      bytes += buffer.byteLength;
      await sink(buffer);
      meter.add(buffer.byteLength, root.path);
    }
  }
  const sha256 = hasher === null ? null : hasher.digest('hex');
  if (sha256 !== told)
    throw new Failure('transferFailed', sentence('runtime', root.path, 'arrived with another SHA-256'));
  meter.end();
  return { files: [{ local: '-', remote: root.path, bytes, sha256 }], bytes, resumed: 0, folders: 0, links: 0 };
}

/** Where each source goes, by the rules of `cp -r`. */
export async function placesOf(roots: readonly Root[], target: string, platform: NodeJS.Platform): Promise<string[]> {
  const info = await stat(resolve(target)).catch(() => null);
  const inside = info?.isDirectory() === true || roots.length > 1 || /[\\/]$/.test(target);
  if (inside && info !== null && !info.isDirectory())
    throw new Failure('transferFailed', sentence('machine', target, 'is not a folder'), {
      retryable: false,
      hints: [],
    });
  return Promise.all(
    roots.map(async ({ name }) => {
      if (inside && name !== '') checkInner(name, platform);
      const place = resolve(inside ? join(target, name) : target);
      await refuseSpecial(place);
      // A link that the user named is written through; those inside a folder never are.
      const link = await lstat(place).catch(() => null);
      return link?.isSymbolicLink() ? realpath(place).catch(() => place) : place;
    }),
  );
}

/** Also when it is a link to one that has no path, as `/dev/stdout` to a pipe. */
async function refuseSpecial(place: string): Promise<void> {
  const info = await stat(place).catch(() => null);
  if (info === null || info.isFile() || info.isDirectory()) return;
  const text = 'is neither a file nor a folder and is not replaced';
  throw new Failure('transferFailed', sentence('machine', place, text), {
    retryable: false,
    hints: ['name `-` for standard output'],
  });
}

/** Throws `fileTooLarge` before anything is written when the disk cannot hold it. */
export async function need(places: readonly string[], total: number): Promise<void> {
  let folder = places[0] ?? '.';
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const disk = await statfs(folder).catch(() => null);
  // Some file systems know no sizes.
  if (disk === null || disk.blocks === 0) return;
  const free = disk.bavail * disk.bsize;
  if (total <= free) return;
  const held = await Promise.all(places.flatMap(path => [path, partOf(path)]).map(sizeOf));
  const missing = total - held.reduce((sum, size) => sum + size, 0);
  if (missing > free)
    throw new Failure(
      'fileTooLarge',
      sentence('machine', folder, `needs ${missing} bytes, and the disk has ${free} free`),
    );
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (info === null) return 0;
  if (!info.isDirectory()) return info.size;
  let sum = 0;
  for await (const { size } of tree(path, 0)) sum += size ?? 0;
  return sum;
}

function remotePath(roots: readonly Root[], { root, path }: Entry): string {
  const top = roots[root]?.path ?? '';
  return path === '' ? top : `${top}/${path}`;
}
