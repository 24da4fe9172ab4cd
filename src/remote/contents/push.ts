import { posix } from 'node:path';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { PushWish, Transfer, TransferredFile } from '../../core/files.ts';
import { sentence } from '../files/failures.ts';
import { Meter } from '../files/meter.ts';
import { measure, nameOf } from '../files/push.ts';
import { tree } from '../files/tree.ts';
import type { ContentsApi } from './api.ts';
import { type StoreParts, storeFile, storeStream } from './store.ts';

/** Sends files and folders; see `RemoteFiles.push`. Modes, times and links are beyond the contents API. */
export async function push(api: ContentsApi, wish: PushWish, report: Report, signal: AbortSignal): Promise<Transfer> {
  const { resume, verify, stream, sources } = wish;
  const total = stream ? null : (await measure(sources, signal)).total;
  const roots = await rootsOf(api, wish, signal);
  const meter = new Meter(report, total);
  const unverified = (path: string) =>
    void report({
      type: 'warning',
      text: `\`${path}\` was not compared: the server neither tells its hash nor gives it back`,
    });
  const parts: StoreParts = { api, meter, resume, verify, signal, unverified };
  const files: TransferredFile[] = [];
  let folders = 0;
  if (stream) {
    const path = roots[0] ?? '';
    files.push({ local: '-', remote: api.shown(path), ...(await storeStream(parts, stream, path)) });
  }
  for (const [index, source] of stream ? [] : sources.entries()) {
    for await (const entry of tree(source, index)) {
      signal.throwIfAborted();
      const path = posix.join(roots[index] ?? '', entry.path);
      if (entry.kind === 'folder') {
        await ensureFolder(api, path, signal);
        folders += 1;
      } else if (entry.kind === 'file')
        files.push({ local: entry.local, remote: api.shown(path), ...(await storeFile(parts, entry, path)) });
      else
        void report({
          type: 'warning',
          text: `\`${entry.local}\` is no file and was left out: the contents API knows no links`,
        });
    }
  }
  meter.end();
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files, bytes, resumed: meter.held, folders, links: 0 };
}

/** Where each source goes, by the rules of `cp -r`. Folders on the way are made. */
async function rootsOf(
  api: ContentsApi,
  { stream, sources, target }: PushWish,
  signal: AbortSignal,
): Promise<string[]> {
  const names = stream ? ['-'] : sources.map(nameOf);
  const word = target ?? '';
  const path = api.pathOf(word);
  const there = path === '' ? null : await api.stat(path, signal);
  const inside = path === '' || word.endsWith('/') || names.length > 1 || there?.folder === true;
  if (inside && there !== null && !there.folder) throw notFolder(api, path);
  await ensureFolders(api, inside ? path : posix.dirname(path), signal);
  return names.map(name => (inside ? posix.join(path, name) : path)).map(each => (each === '.' ? '' : each));
}

/** The folder and those on the way to it. */
export async function ensureFolders(api: ContentsApi, path: string, signal: AbortSignal): Promise<void> {
  if (path === '' || path === '.') return;
  await ensureFolders(api, posix.dirname(path), signal);
  await ensureFolder(api, path, signal);
}

async function ensureFolder(api: ContentsApi, path: string, signal: AbortSignal): Promise<void> {
  if (path === '' || path === '.') return;
  const there = await api.stat(path, signal);
  if (there === null) await api.makeFolder(path, signal);
  else if (!there.folder) throw notFolder(api, path);
}

function notFolder(api: ContentsApi, path: string): Failure {
  return new Failure('transferFailed', sentence('runtime', api.shown(path), 'is not a folder'), {
    retryable: false,
    hints: [],
  });
}
