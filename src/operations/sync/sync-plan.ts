import type { SyncedEntry, SyncedTree, TreeEntry } from '../../core/sync.ts';
import { type Content, contents } from './sync-content.ts';
import { parentOf } from './sync-rules.ts';

export interface PlanInput {
  readonly source: ReadonlyMap<string, TreeEntry>;
  readonly target: ReadonlyMap<string, TreeEntry>;
  /** What both held when they were last the same. */
  readonly base: SyncedTree;
  /** Where the source is: its times in `base`. */
  readonly from: 'here' | 'there';
  /** Hashes that had to be taken, by path; null for what is no file any more. */
  readonly sums: { readonly source: Sums; readonly target: Sums };
  readonly wish: PlanWish;
  /** The target takes names that differ only in case for the same. */
  readonly caseless: boolean;
}

export type Sums = ReadonlyMap<string, string | null>;

export interface PlanWish {
  /** Remove at the target what the source does not have. */
  readonly delete: boolean;
  /** Overwrite what was changed at the target. */
  readonly force: boolean;
}

export type ConflictReason =
  /** Other than here, and both sides changed it since they were the same, or never were the same. */
  | 'both-changed'
  | 'never-synced'
  /** Gone from the source, changed at the target. */
  | 'removed-and-changed'
  /** A folder would have to go that holds what is not known here. */
  | 'folder-in-the-way'
  | 'differs-in-case';

export interface Conflict {
  readonly path: string;
  readonly reason: ConflictReason;
}

/** What a sync will do. Paths are in the order of a tree: a folder before what it holds. */
export interface Plan {
  readonly create: readonly string[];
  readonly update: readonly string[];
  /** Removed at the target because the source has another kind of thing there; what is deepest first. */
  readonly replace: readonly string[];
  /** Removed at the target because the source has it no more; what is deepest first. */
  readonly remove: readonly string[];
  /** Files whose permissions alone changed. */
  readonly mode: readonly string[];
  /** The same on both sides. */
  readonly same: readonly string[];
  readonly conflicts: readonly Conflict[];
  /** Changed at the target alone: left as they are. */
  readonly kept: readonly string[];
  /** Only at the target, and left there. */
  readonly extra: readonly string[];
}

/** Decides for every path. Pure: the same input gives the same plan. */
export function planSync(input: PlanInput): Plan {
  return new Planning(input).plan();
}

type Lists = { [Name in keyof Plan]: Plan[Name][number][] };

class Planning {
  readonly #input: PlanInput;
  readonly #lists: Lists = {
    create: [],
    update: [],
    replace: [],
    remove: [],
    mode: [],
    same: [],
    conflicts: [],
    kept: [],
    extra: [],
  };
  /** Nothing is done at these paths nor below. */
  readonly #closed = new Set<string>();
  readonly #content: Content;
  readonly #paths: readonly string[];

  constructor(input: PlanInput) {
    this.#input = input;
    this.#content = contents(input);
    this.#paths = [...new Set([...input.source.keys(), ...input.target.keys()])].sort(treeOrder);
  }

  plan(): Plan {
    if (this.#input.caseless) this.#refuseTwins();
    for (const path of this.#paths) {
      if (this.#closed.has(path) || this.#closed.has(parentOf(path))) this.#closed.add(path);
      else this.#decide(path);
    }
    return { ...this.#lists, replace: this.#lists.replace.reverse(), remove: this.#removable() };
  }

  #decide(path: string): void {
    const { source, target, base } = this.#input;
    const [own, other, before] = [source.get(path), target.get(path), base.get(path)];
    if (own === undefined) {
      if (other !== undefined) this.#onlyThere(other, before);
    } else if (!isPlain(own) || (other !== undefined && !isPlain(other) && other.kind !== 'special')) {
      this.#closed.add(path);
    } else if (other === undefined) this.#lists.create.push(path);
    else this.#both(own, other, before);
  }

  #onlyThere(other: TreeEntry, before: SyncedEntry | undefined): void {
    const { path } = other;
    const { delete: removing, force } = this.#input.wish;
    if (!isPlain(other)) this.#closed.add(path);
    else if (!removing) this.#lists.extra.push(path);
    else if (before !== undefined && !force && !this.#content.isTargets(other, before))
      this.#conflict(path, 'removed-and-changed');
    else this.#lists.remove.push(path);
  }

  #both(own: TreeEntry, other: TreeEntry, before: SyncedEntry | undefined): void {
    const { path } = own;
    const { force } = this.#input.wish;
    if (this.#content.same(own, other)) {
      const changed = own.kind === 'file' && before !== undefined && own.mode !== before.mode;
      this.#lists[changed && own.mode !== other.mode ? 'mode' : 'same'].push(path);
    } else if (before !== undefined && !force && this.#content.isSources(own, before)) {
      this.#lists.kept.push(path);
      this.#closed.add(path);
    } else if (!force && (before === undefined || !this.#content.isTargets(other, before)))
      this.#conflict(path, before === undefined ? 'never-synced' : 'both-changed');
    else if (other.kind !== own.kind && (other.kind === 'folder' || own.kind === 'folder')) this.#exchange(own, other);
    else this.#lists.update.push(path);
  }

  /** A file becomes a folder, or a folder a file. */
  #exchange(own: TreeEntry, other: TreeEntry): void {
    const { path } = own;
    const inside = other.kind === 'folder' ? this.#below(path) : [];
    const { base, wish } = this.#input;
    const known = inside.every(entry => {
      const before = base.get(entry.path);
      return isPlain(entry) && (wish.force || (before !== undefined && this.#content.isTargets(entry, before)));
    });
    if (!known) {
      this.#conflict(path, 'folder-in-the-way');
      return;
    }
    this.#lists.replace.push(path, ...inside.map(entry => entry.path));
    for (const entry of inside) this.#closed.add(entry.path);
    this.#lists.update.push(path);
  }

  #below(path: string): TreeEntry[] {
    return this.#paths.filter(each => each.startsWith(`${path}/`)).flatMap(each => this.#input.target.get(each) ?? []);
  }

  #conflict(path: string, reason: ConflictReason): void {
    this.#lists.conflicts.push({ path, reason });
    this.#closed.add(path);
  }

  /** A folder goes only when all that it holds does. */
  #removable(): string[] {
    const going = new Set(this.#lists.remove);
    const staying = new Set<string>();
    for (const path of this.#input.target.keys()) {
      if (going.has(path)) continue;
      for (let above = parentOf(path); above !== ''; above = parentOf(above)) staying.add(above);
    }
    return this.#lists.remove.filter(path => !staying.has(path)).reverse();
  }

  /** Two names that would be one file at the target. */
  #refuseTwins(): void {
    const { source, target } = this.#input;
    const first = new Map<string, string>();
    for (const path of this.#paths.filter(path => target.has(path))) first.set(folded(path), path);
    const taken = new Map(first);
    for (const path of this.#paths.filter(path => source.has(path))) {
      const twin = taken.get(folded(path));
      if (twin === undefined) taken.set(folded(path), path);
      else if (twin !== path && !this.#closed.has(parentOf(path))) {
        this.#conflict(path, 'differs-in-case');
        if (!source.has(twin)) this.#closed.add(twin);
      } else if (twin !== path) this.#closed.add(path);
    }
  }
}

/** What can be carried. */
function isPlain({ kind }: TreeEntry): boolean {
  return kind === 'file' || kind === 'folder' || kind === 'link';
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** A folder before what it holds, and all that it holds together. */
export function treeOrder(one: string, other: string): number {
  const [left, right] = [one.replaceAll('/', '\0'), other.replaceAll('/', '\0')];
  return left < right ? -1 : left > right ? 1 : 0;
}
