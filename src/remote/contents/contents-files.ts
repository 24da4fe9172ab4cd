import { posix } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { ContentsPlace, RemoteEntry, RemoteFiles } from '../../core/files.ts';
import type { HttpHost } from '../../http/request.ts';
import { sentence } from '../files/failures.ts';
import { ContentsApi, type ContentsEntry } from './api.ts';
import { find } from './pull.ts';
import { ensureFolders } from './push.ts';
import { bytesOf } from './read.ts';

/**
 * Files without a kernel, for when none can serve: over the server's contents API and its `/files/`. Slower, and
 * without what these do not know: links, modes, owners, hidden files, patterns, what lies outside the server's folder.
 */
export function contentsFiles(host: HttpHost, place: ContentsPlace): RemoteFiles {
  const api = new ContentsApi(host, place);
  return {
    push: async (wish, report, signal) => (await import('./push.ts')).push(api, wish, report, signal),
    pull: async (wish, report, signal) => (await import('./pull.ts')).pull(api, wish, report, signal),
    async cat(paths, sink, signal) {
      for (const path of paths) {
        const entry = await find(api, path, signal);
        if (entry.folder) throw refused(api, entry.path, 'is a folder');
        for await (const piece of bytesOf(api, entry.path, { from: 0, to: null }, signal)) await sink(piece);
      }
    },
    list: async (words, { all, itself }, signal) =>
      Promise.all(
        (words.length === 0 ? ['.'] : words).map(async word => {
          const entry = await find(api, word, signal);
          const folder = entry.folder && !itself;
          const entries = folder ? await api.list(entry.path, signal) : [entry];
          const shown = entries.filter(({ name }) => all || !folder || !name.startsWith('.'));
          return { path: api.shown(entry.path), folder, entries: shown.map(each => rowOf(api, each, folder)) };
        }),
      ),
    async remove(words, { recursive, force }, signal) {
      const removed: string[] = [];
      for (const word of words) {
        const path = api.pathOf(word);
        const entry = await api.stat(path, signal);
        if (entry === null && force) continue;
        const { folder } = entry ?? (await find(api, word, signal));
        if (folder && !recursive) throw refused(api, path, 'is a folder');
        if (path === '' || `${place.folder}/`.startsWith(`${path}/`))
          throw new Failure(
            'usage',
            sentence('runtime', api.shown(path), 'holds the folder that work is done in and is not removed'),
          );
        await removeAll(api, path, folder, signal);
        removed.push(api.shown(path));
      }
      return removed;
    },
    async makeFolders(words, parents, signal) {
      const paths = words.map(word => api.pathOf(word));
      for (const path of paths) {
        if (parents) await ensureFolders(api, path, signal);
        else if ((await api.stat(path, signal)) !== null) throw refused(api, path, 'is there already');
        else await api.makeFolder(path, signal);
      }
      return paths.map(path => api.shown(path));
    },
    async move(words, force, signal) {
      const target = words.at(-1) ?? '';
      const place = api.pathOf(target);
      const there = await api.stat(place, signal);
      const sources = words.slice(0, -1).map(word => api.pathOf(word));
      if ((sources.length > 1 || target.endsWith('/')) && there?.folder !== true)
        throw refused(api, place, 'is not a folder');
      const moved = [];
      for (const path of sources) {
        const to = there?.folder ? posix.join(place, posix.basename(path)) : place;
        const former = await api.stat(to, signal);
        if (former !== null && (!force || former.folder)) throw refused(api, to, 'is there already');
        await find(api, api.shown(path), signal);
        if (former !== null) await api.remove(to, signal);
        await api.rename(path, to, signal);
        moved.push({ from: api.shown(path), to: api.shown(to) });
      }
      return moved;
    },
    async openTree() {
      throw new Failure('runtimeUnavailable', 'a folder can be synced only by a Python kernel that is free', {
        hints: ['wait until the kernel is free, or use `lecoder-cgpu upload` and `download`'],
      });
    },
  };
}

/** Servers may refuse to delete a folder that holds something. */
async function removeAll(api: ContentsApi, path: string, folder: boolean, signal: AbortSignal): Promise<void> {
  if (folder) for (const each of await api.list(path, signal)) await removeAll(api, each.path, each.folder, signal);
  await api.remove(path, signal);
}

/** What the API does not tell is `?`. */
function rowOf(api: ContentsApi, { name, path, folder, size, modified }: ContentsEntry, inside: boolean): RemoteEntry {
  const shown = api.shown(path);
  return {
    name: inside ? name : shown,
    path: shown,
    kind: folder ? 'folder' : 'file',
    size,
    mode: `${folder ? 'd' : '-'}?????????`,
    modified: modified ?? 0,
    links: 1,
    owner: '?',
    group: '?',
    target: null,
  };
}

function refused(api: ContentsApi, path: string, text: string): Failure {
  return new Failure('transferFailed', sentence('runtime', api.shown(path), text), { retryable: false, hints: [] });
}
