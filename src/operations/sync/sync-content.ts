import type { SyncedEntry, SyncedTree, TreeEntry } from '../../core/sync.ts';
import type { PlanInput, Sums } from './sync-plan.ts';
import { parentOf } from './sync-rules.ts';

/** Milliseconds by which a time may differ after it went through another clock's format. */
const TOLERANCE = 0.01;

/** Tells whether things hold the same. What is not known counts as different: `wantedSums` says what has to be known. */
export interface Content {
  /** Hash, target of a link, empty for a folder; null when it is not known. */
  ofSource(own: TreeEntry): string | null;
  same(own: TreeEntry, other: TreeEntry): boolean;
  /** The source's is as it was when both were last the same. */
  isSources(own: TreeEntry, before: SyncedEntry): boolean;
  /** The target's is as it was, or as a sync that broke off left it. */
  isTargets(other: TreeEntry, before: SyncedEntry): boolean;
}

export function contents({ base, from, sums }: Pick<PlanInput, 'base' | 'from' | 'sums'>): Content {
  const to = from === 'here' ? 'there' : 'here';
  const ofSource = (entry: TreeEntry) => contentOf(entry, base.get(entry.path), from, sums.source);
  const ofTarget = (entry: TreeEntry) => contentOf(entry, base.get(entry.path), to, sums.target);
  return {
    ofSource,
    same(own, other) {
      const content = ofSource(own);
      return own.kind === other.kind && content !== null && content === ofTarget(other);
    },
    isSources: (own, before) => own.kind === before.kind && ofSource(own) === before.content,
    isTargets(other, before) {
      const content = ofTarget(other);
      return other.kind === before.kind && content !== null && (content === before.content || content === before.maybe);
    },
  };
}

/** Hash, target of a link, empty for a folder; null when it is not known. */
function contentOf(
  entry: TreeEntry,
  before: SyncedEntry | undefined,
  side: 'here' | 'there',
  sums: Sums,
): string | null {
  if (entry.kind === 'link') return entry.text;
  if (entry.kind === 'folder') return '';
  return sums.get(entry.path) ?? (isUntouched(entry, before, side) ? before.content : null);
}

/** Size and time say that it is what it was. */
function isUntouched(entry: TreeEntry, before: SyncedEntry | undefined, side: 'here' | 'there'): before is SyncedEntry {
  const time = before?.[side] ?? null;
  if (entry.kind !== 'file' || before?.kind !== 'file' || time === null) return false;
  return entry.size === before.size && Math.abs(entry.mtime - time) < TOLERANCE;
}

interface Trees {
  readonly source: ReadonlyMap<string, TreeEntry>;
  readonly target: ReadonlyMap<string, TreeEntry>;
  readonly base: SyncedTree;
  readonly from: 'here' | 'there';
}

/** The files of each side that have to be hashed before anything can be decided: few, and none when nothing changed. */
export function wantedSums({ source, target, base, from }: Trees): { source: string[]; target: string[] } {
  const to = from === 'here' ? 'there' : 'here';
  const wanted = { source: [] as string[], target: [] as string[] };
  for (const [path, other] of target) {
    const own = source.get(path);
    const before = base.get(path);
    // Sizes that differ answer the question.
    const alike = (entry: TreeEntry | undefined, than: { kind: string; size: number } | undefined) =>
      entry?.kind === 'file' && than?.kind === 'file' && entry.size === than.size;
    const rival = alike(own, other) || (before?.maybe !== undefined && other.kind === 'file');
    if (own !== undefined && (alike(own, other) || alike(own, before)) && !isUntouched(own, before, from))
      wanted.source.push(path);
    if ((rival || alike(other, before)) && !isUntouched(other, before, to) && mayMatter(path, { source, base }))
      wanted.target.push(path);
  }
  return wanted;
}

/** What the source never had is compared with nothing. */
function mayMatter(path: string, { source, base }: Pick<Trees, 'source' | 'base'>): boolean {
  return source.has(path) || base.has(path) || source.has(parentOf(path));
}
