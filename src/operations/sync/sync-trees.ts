import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { RemoteTree, SyncedTree, TreeEntry } from '../../core/sync.ts';
import { rulesAbove } from './rules-above.ts';
import { wantedSums } from './sync-content.ts';
import { isCaseless, listLocal, localSide } from './sync-local.ts';
import type { PlanInput, PlanWish } from './sync-plan.ts';
import { parentOf, RULE_FILES, type SyncRules, syncRules } from './sync-rules.ts';

/** The local folder, being read while the way to the runtime is opened. */
export interface LocalFolder {
  /** The whole path, links resolved. */
  readonly root: string;
  readonly rules: SyncRules;
  /** Milliseconds since 1970, before anything in it was looked at. */
  readonly now: number;
  readonly listing: Promise<readonly TreeEntry[]>;
}

/** Begins to read it. Throws `fileNotFound` and `usage` for what is no folder; one that is yet to be fetched may be missing. */
export async function readLocal(
  word: string,
  pull: boolean,
  { services, signal }: CommandContext,
): Promise<LocalFolder> {
  const { host } = services;
  const root = await localRoot(word, pull, host);
  const now = host.now().getTime();
  const rules = await syncRules(await rulesAbove(root), host.platform);
  const there = await stat(root).catch(() => null);
  const listing = there ? listLocal({ root, rules, platform: host.platform, signal }) : Promise.resolve([]);
  listing.catch(() => {}); // thrown where it is waited for
  return { root, rules, now, listing };
}

/** The folder that a word means. Throws `fileNotFound` and `usage`; with `pull` it may be missing. */
export async function localRoot(word: string, pull: boolean, { folders }: Host): Promise<string> {
  const path = resolve(folders.work, word);
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory()) return realpath(path);
  if (info) throw new Failure('usage', `\`${word}\` is no folder`, { hints: ['`upload` and `download` move files'] });
  if (!pull || (await lstat(path).catch(() => null)))
    throw new Failure('fileNotFound', `on this machine, \`${word}\`: no such folder`);
  return resolved(path);
}

/** The whole path of what is yet to be made: the links above it resolved, so that it is the same name afterwards. */
async function resolved(path: string): Promise<string> {
  const above = dirname(path);
  const whole = await realpath(above).catch(() => null);
  return join(whole ?? (above === path ? path : await resolved(above)), basename(path));
}

export interface Gathered {
  readonly input: PlanInput;
  readonly here: ReadonlyMap<string, TreeEntry>;
  readonly there: ReadonlyMap<string, TreeEntry>;
}

interface Gathering {
  readonly local: LocalFolder;
  readonly tree: RemoteTree;
  readonly base: SyncedTree;
  readonly pull: boolean;
  readonly wish: PlanWish;
}

/** What both sides hold, hashed as far as it has to be. */
export async function gather(
  { local, tree, base, pull, wish }: Gathering,
  { signal, report }: CommandContext,
): Promise<Gathered> {
  const [here, there] = await bothTrees(local, tree, pull);
  const [source, target] = pull ? [there, here] : [here, there];
  const from = pull ? 'there' : 'here';
  refuseUnreadable(source, pull);
  for (const { path, kind } of source.values())
    if (kind === 'special' || kind === 'mount')
      void report({ type: 'warning', text: `\`${path}\` ${LEFT_OUT[kind]} and is left out` });
  const wanted = wantedSums({ source, target, base, from });
  const side = localSide(local.root, signal);
  const [hash, hashOther] = pull ? [tree.hash, side.hash] : [side.hash, tree.hash];
  const [own, other] = await Promise.all([hash(wanted.source), hashOther(wanted.target)]);
  const sums = { source: zipped(wanted.source, own), target: zipped(wanted.target, other) };
  const caseless = pull ? await isCaseless(local.root) : tree.caseless;
  return { input: { source, target, base, from, sums, wish, caseless }, here, there };
}

const LEFT_OUT = { special: 'is neither file, folder nor link', mount: 'is another disk' };

/**
 * Rules are those of this machine. With `--pull` a folder that has none here goes by those it has on the runtime, so
 * what is here is sifted once more when they are known.
 */
async function bothTrees(local: LocalFolder, tree: RemoteTree, pull: boolean): Promise<[Tree, Tree]> {
  const { rules } = local;
  const listed = await local.listing;
  const borrowed = new Set<string>();
  const wanted = (entry: TreeEntry) => {
    const folder = parentOf(entry.path);
    if (pull && isRules(entry) && (borrowed.has(folder) || !rules.has(folder))) {
      borrowed.add(folder);
      rules.add(folder, entry.text);
    }
    return !rules.ignores(entry.path, entry.kind === 'folder' || entry.kind === 'mount' || entry.kind === 'closed');
  };
  const remote = await tree.list(wanted);
  const kept = borrowed.size === 0 ? listed : sifted(listed, rules);
  // Whatever the order in which rules were read: git lets a later look decide.
  return [asMap(kept), asMap(borrowed.size === 0 ? remote : sifted(remote, rules))];
}

type Tree = ReadonlyMap<string, TreeEntry>;

function sifted(entries: readonly TreeEntry[], rules: SyncRules): TreeEntry[] {
  return entries.filter(({ path, kind }) => !rules.ignores(path, kind === 'folder'));
}

function isRules({ path, kind, text }: TreeEntry): boolean {
  return kind === 'file' && text !== '' && RULE_FILES.some(name => path === name || path.endsWith(`/${name}`));
}

function asMap(entries: readonly TreeEntry[]): Tree {
  return new Map(entries.map(entry => [entry.path, entry]));
}

function zipped(paths: readonly string[], sums: readonly (string | null)[]): ReadonlyMap<string, string | null> {
  return new Map(paths.map((path, index) => [path, sums[index] ?? null]));
}

function refuseUnreadable(source: Tree, pull: boolean): void {
  const side = pull ? 'the runtime' : 'this machine';
  for (const { path, kind } of source.values()) {
    if (kind === 'closed') throw new Failure('permissionDenied', `on ${side}, \`${path}\`: not allowed`);
    if (kind === 'unnamed')
      throw new Failure('transferFailed', `on ${side}, \`${path}\`: a name that is not UTF-8`, {
        retryable: false,
        hints: ['rename it, or leave it out in `.colabignore`'],
      });
  }
}
