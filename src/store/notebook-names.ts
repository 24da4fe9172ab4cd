import type { Drive, DriveNotebook, NotebookListing, NotebookQuery } from '../core/drive.ts';
import { isRecord, jsonFile, versioned } from './json-file.ts';
import type { FileLocks } from './lock.ts';

interface NotebookName {
  readonly id: string;
  readonly name: string;
}

interface NamesFile {
  readonly version: 1;
  readonly notebooks: readonly NotebookName[];
}

export interface NotebookNamesOptions {
  readonly path: string;
  readonly locks: FileLocks;
  now(): Date;
}

/** More than anybody completes by hand. */
const MOST = 500;

/**
 * The same notebooks of Drive, whose ids and names are noted down in `state/notebooks.json` as they pass, for completion: no
 * network is asked while somebody types. A note that cannot be written is none.
 */
export function rememberingNames(drive: Drive, options: NotebookNamesOptions): Drive {
  const file = jsonFile<NamesFile>({
    ...options,
    lock: 'notebooks',
    warn: () => {}, // what is lost comes back with the next listing
    empty: () => ({ version: 1, notebooks: [] }),
    check: checkFile,
  });
  const note = async (change: (all: readonly NotebookName[]) => readonly NotebookName[]) => {
    await file.update(({ notebooks }) => ({ version: 1, notebooks: change(notebooks).slice(0, MOST) })).catch(() => {});
  };
  const add = (added: readonly DriveNotebook[]) => {
    const news = added.map(({ id, name }) => ({ id, name }));
    return note(all => [...news, ...all.filter(({ id }) => news.every(each => each.id !== id))]);
  };
  const drop = (gone: string) => note(all => all.filter(({ id }) => id !== gone));
  return {
    ...drive,
    async list(query, signal) {
      const listing = await drive.list(query, signal);
      await (isWhole(query, listing)
        ? note(() => listing.notebooks.map(({ id, name }) => ({ id, name })))
        : add(listing.notebooks));
      return listing;
    },
    async create(name, content, signal) {
      const made = await drive.create(name, content, signal);
      await add([made]);
      return made;
    },
    trash: (id, signal) => drive.trash(id, signal).then(() => drop(id)),
    remove: (id, signal) => drive.remove(id, signal).then(() => drop(id)),
  };
}

const isWhole = ({ containing }: NotebookQuery, { more }: NotebookListing) => containing === null && !more;

function checkFile(value: unknown): NamesFile {
  const { notebooks } = versioned(value);
  if (!Array.isArray(notebooks)) throw new Error('it has no list of notebooks');
  const names = notebooks.filter(isRecord).flatMap(({ id, name }) => {
    return typeof id === 'string' && typeof name === 'string' ? [{ id, name }] : [];
  });
  return { version: 1, notebooks: names };
}
