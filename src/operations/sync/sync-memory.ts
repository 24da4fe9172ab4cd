import type { SentFile, SyncedEntry, SyncedTree, TreeEntry } from '../../core/sync.ts';
import { contents } from './sync-content.ts';
import type { Plan } from './sync-plan.ts';
import type { Gathered } from './sync-trees.ts';

/** Milliseconds before a look in which a change may have got the same time as the one after it. */
const TICK = 50;
/** The same where a file system knows whole seconds only, or two of them. */
const COARSE_TICK = 2000;

/** What became of a plan. */
export interface Done {
  readonly plan: Plan;
  readonly gathered: Gathered;
  /** With the hash of what was really sent. */
  readonly sent: readonly SentFile[];
  /** Each side's clock before it was looked at, milliseconds since 1970. */
  readonly now: { readonly here: number; readonly there: number };
}

/** What both sides hold alike now; what is in conflict or was kept stays as it is remembered. */
export function remembered({ plan, gathered, sent, now }: Done): SyncedTree {
  const { source, target, base } = gathered.input;
  const content = contents(gathered.input);
  const sums = new Map(sent.map(file => [file.path, file]));
  const tree = new Map<string, SyncedEntry>();
  const gone = new Set(plan.remove);
  for (const path of new Set([...source.keys(), ...target.keys()])) {
    const before = base.get(path);
    if (before !== undefined && !gone.has(path)) tree.set(path, before);
  }
  for (const path of [...plan.same, ...plan.mode]) {
    const own = source.get(path);
    if (own === undefined) continue;
    const times = { here: proof(gathered.here.get(path), now.here), there: proof(gathered.there.get(path), now.there) };
    put(tree, own, { content: content.ofSource(own), size: own.size, ...times });
  }
  for (const path of [...plan.create, ...plan.update]) {
    const own = source.get(path);
    if (own === undefined) continue;
    const file = sums.get(path);
    const times = { here: proof(own, now.here), there: proof(own, now.there) };
    put(tree, own, { content: file?.sha256 ?? content.ofSource(own), size: file?.bytes ?? own.size, ...times });
  }
  return tree;
}

/** After a sync that broke off: what was sent may have arrived, and would then be no change of the target's own. */
export function rememberedInPart({ gathered, sent }: Done): SyncedTree {
  const { source, base } = gathered.input;
  const tree = new Map(base);
  for (const { path, sha256, bytes } of sent) {
    const own = source.get(path);
    const before = base.get(path);
    if (before?.kind === 'file') tree.set(path, { ...before, maybe: sha256 });
    else if (own) put(tree, own, { content: sha256, size: bytes, here: null, there: null });
  }
  return tree;
}

type Known = Pick<SyncedEntry, 'size' | 'here' | 'there'> & { readonly content: string | null };

function put(tree: Map<string, SyncedEntry>, { path, kind, mode }: TreeEntry, known: Known): void {
  const { content } = known;
  if (content !== null && (kind === 'file' || kind === 'folder' || kind === 'link'))
    tree.set(path, { kind, mode, ...known, content });
}

/** The time by which a file is known to be unchanged; null when it changed so lately that it proves nothing. */
function proof(entry: TreeEntry | undefined, now: number): number | null {
  if (entry?.kind !== 'file') return null;
  const tick = entry.mtime % 1000 === 0 ? COARSE_TICK : TICK;
  return entry.mtime < now - tick ? entry.mtime : null;
}
