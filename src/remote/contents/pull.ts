import { mkdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { ByteSink, PullWish, Transfer, TransferredFile } from '../../core/files.ts';
import { localFailure, sentence } from '../files/failures.ts';
import { Meter } from '../files/meter.ts';
import { checkInner } from '../files/names.ts';
import { need, placesOf } from '../files/pull.ts';
import type { ContentsApi, ContentsEntry } from './api.ts';
import { type FetchParts, fetchFile } from './fetch.ts';
import { bytesOf } from './read.ts';

interface Found {
  /** Which source it belongs to. */
  readonly root: number;
  /** Below that source, with `/`. */
  readonly inner: string;
  readonly entry: ContentsEntry;
}

/** Fetches files and folders; see `RemoteFiles.pull`. Hidden files and patterns are beyond the contents API. */
export async function pull(api: ContentsApi, wish: PullWish, report: Report, signal: AbortSignal): Promise<Transfer> {
  const { sources, target, resume, verify, platform } = wish;
  const tops = await Promise.all(sources.map(word => find(api, word, signal)));
  if (typeof target !== 'string') return toSink(api, tops, target, report, signal);
  const found: Found[] = [];
  for (const [root, entry] of tops.entries())
    for await (const each of below(api, { root, inner: '', entry }, signal)) found.push(each);
  const total = found.reduce((sum, { entry }) => sum + entry.size, 0);
  const roots = tops.map(({ path, folder }, at) => ({ path, folder, name: nameOf(sources[at] ?? '', path) }));
  const places = await placesOf(roots, target, platform);
  await need(places, total);
  const meter = new Meter(report, total);
  const unverified = (path: string) =>
    void report({ type: 'warning', text: `\`${path}\` was not compared: the server tells no hash of it` });
  const parts: FetchParts = { api, meter, resume, verify, signal, unverified };
  const files: TransferredFile[] = [];
  let folders = 0;
  for (const { root, inner, entry } of found) {
    if (inner !== '') checkInner(inner, platform);
    const local = join(places[root] ?? '', ...inner.split('/'));
    if (entry.folder) {
      folders += 1;
      await mkdir(local, { recursive: true }).catch(error => {
        throw localFailure(error, local);
      });
    } else {
      const sha256 = await fetchFile(parts, entry, local);
      files.push({ local, remote: api.shown(entry.path), bytes: entry.size, sha256 });
    }
  }
  meter.end();
  return { files, bytes: total, resumed: meter.held, folders, links: 0 };
}

/** The file or folder of that name. */
export async function find(api: ContentsApi, word: string, signal: AbortSignal): Promise<ContentsEntry> {
  const path = api.pathOf(word);
  const entry = await api.stat(path, signal);
  if (entry !== null) return { ...entry, path };
  const pattern = /[*?[]/.test(word);
  throw new Failure('fileNotFound', sentence('runtime', api.shown(path), 'no such file or folder'), {
    hints: pattern
      ? ['patterns are matched by the kernel: wait until it is free, or name the files']
      : ['a server may hide files whose names begin with a full stop'],
  });
}

/** The entry and all that is in it; a folder comes before what it holds. */
async function* below(api: ContentsApi, top: Found, signal: AbortSignal): AsyncGenerator<Found> {
  yield top.entry.folder ? { ...top, entry: { ...top.entry, size: 0 } } : top;
  if (!top.entry.folder) return;
  for (const entry of await api.list(top.entry.path, signal)) {
    if (entry.name.endsWith('.lecoder-part')) continue;
    yield* below(api, { root: top.root, inner: posix.join(top.inner, entry.name), entry }, signal);
  }
}

async function toSink(
  api: ContentsApi,
  tops: readonly ContentsEntry[],
  sink: ByteSink,
  report: Report,
  signal: AbortSignal,
): Promise<Transfer> {
  const [entry, more] = tops;
  if (entry === undefined || more !== undefined || entry.folder)
    throw new Failure('usage', 'only one file goes to standard output', {
      hints: ['name a folder to put more than one in'],
    });
  const meter = new Meter(report, entry.size);
  let bytes = 0;
  for await (const piece of bytesOf(api, entry.path, { from: 0, to: null }, signal)) {
    bytes += piece.byteLength;
    await sink(piece);
    meter.add(piece.byteLength, entry.path);
  }
  meter.end();
  const file = { local: '-', remote: api.shown(entry.path), bytes, sha256: null };
  return { files: [file], bytes, resumed: 0, folders: 0, links: 0 };
}

/** `folder/.` means what is in it. */
function nameOf(word: string, path: string): string {
  return /(^|\/)\.\.?\/?$/.test(word) ? '' : posix.basename(path);
}
