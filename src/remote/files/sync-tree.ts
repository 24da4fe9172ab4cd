import type { RemoteTree, SyncOrder, TreeEntry } from '../../core/sync.ts';
import type { CallSettings } from '../read-machine.ts';
import { Dialogue } from './dialogue.ts';
import { fetchEntries, storeEntries } from './sync-moves.ts';

/** Paths in one question: servers may refuse messages over 10 MB. */
const MOST_PATHS = 2000;

type Row = readonly [string, TreeEntry['kind'], number, number, number, string];

/** Opens a folder of the runtime for a sync; see `RemoteTree`. `folder` as the user wrote it. */
export async function openTree(settings: CallSettings, folder: string, signal: AbortSignal): Promise<RemoteTree> {
  const dialogue = new Dialogue(settings, 'sync', { folder, verify: true, resume: true }, signal);
  try {
    const { fields } = await dialogue.expect('root');
    return tree(dialogue, fields as unknown as Root, signal);
  } catch (error) {
    dialogue.close();
    throw error;
  }
}

type Root = Pick<RemoteTree, 'path' | 'there' | 'caseless' | 'above' | 'now'>;

function tree(dialogue: Dialogue, { path, there, caseless, above, now }: Root, signal: AbortSignal): RemoteTree {
  return {
    path,
    there,
    caseless,
    above,
    now,
    list: wanted => list(dialogue, wanted),
    hash: paths =>
      inPortions(paths, async paths => {
        await dialogue.send('hash', { paths });
        return (await dialogue.expect('sums')).fields.sums as readonly (string | null)[];
      }),
    remove: entries =>
      inPortions(entries, async portion => {
        const rows = portion.map(({ path, kind, size, mtime }) => [path, kind, size, mtime]);
        await dialogue.send('remove', { entries: rows });
        return (await dialogue.expect('removed')).fields.kept as readonly string[];
      }),
    async chmod(entries) {
      await inPortions(entries, async portion => {
        await dialogue.send('mode', { entries: portion.map(({ path, mode }) => [path, mode]) });
        await dialogue.expect('changed');
        return [];
      });
    },
    store: (order: SyncOrder) => storeEntries(dialogue, order, signal),
    fetch: (order: SyncOrder) => fetchEntries(dialogue, order, signal),
    close: () => dialogue.close(),
  };
}

/** The runtime sends on while we read; it hears what not to enter as soon as we know. */
async function list(dialogue: Dialogue, wanted: (entry: TreeEntry) => boolean): Promise<readonly TreeEntry[]> {
  const found: TreeEntry[] = [];
  const unwanted = new Set<string>();
  for (let frame = await dialogue.next(); frame.kind !== 'listed'; frame = await dialogue.next()) {
    const closed: string[] = [];
    for (const [path, kind, mode, mtime, size, text] of frame.fields.rows as readonly Row[]) {
      const entry = { path, kind, mode, mtime, size, text };
      const above = path.slice(0, Math.max(0, path.lastIndexOf('/')));
      // A folder that may not be read tells so under its own name, after it was listed.
      const refused = unwanted.has(kind === 'closed' ? path : above) || !wanted(entry);
      if (!refused) found.push(entry);
      else if (kind === 'folder') {
        unwanted.add(path);
        closed.push(path);
      }
    }
    await dialogue.send('seen', { unwanted: closed });
  }
  return found;
}

async function inPortions<T, R>(
  all: readonly T[],
  ask: (portion: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const answers: R[] = [];
  for (let start = 0; start < all.length; start += MOST_PATHS)
    answers.push(...(await ask(all.slice(start, start + MOST_PATHS))));
  return answers;
}
