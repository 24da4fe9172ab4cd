import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Entry } from './entry.ts';
import { localFailure, sentence } from './failures.ts';

/** An entry of this machine. */
export interface LocalEntry extends Entry {
  /** The whole path here. */
  readonly local: string;
}

/**
 * The source and all below it; folders come before what they hold. A link is followed only when it is the source
 * itself. Throws `fileNotFound`, `permissionDenied`; `transferFailed` for a name that is not UTF-8.
 */
export async function* tree(source: string, root: number): AsyncGenerator<LocalEntry> {
  const info = await status(source, stat);
  yield entryOf(info, { root, path: '', local: source }, '');
  if (!info.isDirectory()) return;
  const waiting = [''];
  for (let inner = waiting.pop(); inner !== undefined; inner = waiting.pop()) {
    const folder = join(source, inner);
    const names = await readdir(folder).catch(error => {
      throw localFailure(error, folder);
    });
    for (const name of names.sort()) {
      if (isPart(name)) continue;
      const local = join(folder, name);
      if (name.includes('\ufffd'))
        throw new Failure('transferFailed', sentence('machine', local, 'a name that is not UTF-8'), {
          retryable: false,
        });
      const info = await status(local, lstat);
      const path = inner === '' ? name : `${inner}/${name}`;
      yield entryOf(info, { root, path, local }, info.isSymbolicLink() ? await readlink(local) : '');
      if (info.isDirectory()) waiting.push(path);
    }
  }
}

/** Whether it is what an interrupted transfer left. */
function isPart(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.lecoder-part');
}

async function status(path: string, ask: (path: string) => Promise<Stats>): Promise<Stats> {
  return ask(path).catch(error => {
    throw localFailure(error, path);
  });
}

function entryOf(info: Stats, place: Pick<LocalEntry, 'root' | 'path' | 'local'>, target: string): LocalEntry {
  const common = { ...place, mode: info.mode & 0o7777, mtime: info.mtimeMs };
  if (info.isDirectory()) return { ...common, kind: 'folder' };
  if (info.isSymbolicLink()) return { ...common, kind: 'link', target };
  if (info.isFile()) return { ...common, kind: 'file', size: info.size };
  return { ...common, kind: 'special' };
}
