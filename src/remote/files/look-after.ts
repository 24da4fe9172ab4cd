import type { ByteSink, Listing, ListWish, Move, RemoteEntry, RemoveWish } from '../../core/files.ts';
import type { CallSettings } from '../read-machine.ts';
import { Dialogue } from './dialogue.ts';

interface Order {
  readonly work: 'list' | 'cat' | 'remove' | 'mkdir' | 'move';
  readonly paths: readonly string[];
  readonly wish?: object;
}

/** The calls that look at remote files and change them; see `RemoteFiles`. */
export function lookAfter(settings: CallSettings) {
  const begin = ({ work, paths, wish }: Order, signal: AbortSignal) =>
    new Dialogue(settings, 'files', { work, paths, ...wish }, signal);
  const ask = async (order: Order, signal: AbortSignal) => {
    const dialogue = begin(order, signal);
    try {
      return (await dialogue.expect('end')).fields.done as { readonly paths: string[]; readonly moved: Move[] };
    } finally {
      dialogue.close();
    }
  };
  return {
    async cat(paths: readonly string[], sink: ByteSink, signal: AbortSignal): Promise<void> {
      const dialogue = begin({ work: 'cat', paths }, signal);
      try {
        for (let frame = await dialogue.next(); frame.kind !== 'end'; frame = await dialogue.next())
          for (const buffer of frame.buffers) await sink(buffer);
      } finally {
        dialogue.close();
      }
    },
    async list(paths: readonly string[], wish: ListWish, signal: AbortSignal): Promise<readonly Listing[]> {
      const listings: (Listing & { entries: RemoteEntry[] })[] = [];
      const dialogue = begin({ work: 'list', paths, wish }, signal);
      try {
        for (let frame = await dialogue.next(); frame.kind !== 'end'; frame = await dialogue.next()) {
          const { path, folder, rows } = frame.fields as unknown as Listing & { rows: RemoteEntry[] };
          if (frame.kind === 'folder') listings.push({ path, folder, entries: [] });
          else for (const row of rows) listings.at(-1)?.entries.push(row);
        }
      } finally {
        dialogue.close();
      }
      return listings;
    },
    remove: async (paths: readonly string[], wish: RemoveWish, signal: AbortSignal) =>
      (await ask({ work: 'remove', paths, wish }, signal)).paths,
    makeFolders: async (paths: readonly string[], parents: boolean, signal: AbortSignal) =>
      (await ask({ work: 'mkdir', paths, wish: { parents } }, signal)).paths,
    move: async (paths: readonly string[], force: boolean, signal: AbortSignal) =>
      (await ask({ work: 'move', paths, wish: { force } }, signal)).moved,
  };
}
