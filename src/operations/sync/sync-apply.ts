import { mkdir } from 'node:fs/promises';
import type { CommandContext } from '../../core/command.ts';
import type { RemoteTree, SentFile, SyncMemory, SyncSide, TreeEntry } from '../../core/sync.ts';
import { localSide } from './sync-local.ts';
import { type Done, remembered, rememberedInPart } from './sync-memory.ts';
import { type Conflict, type Plan, treeOrder } from './sync-plan.ts';
import { parentOf } from './sync-rules.ts';
import type { Gathered, LocalFolder } from './sync-trees.ts';

interface Applying {
  readonly local: LocalFolder;
  readonly tree: RemoteTree;
  readonly gathered: Gathered;
  readonly plan: Plan;
  readonly memory: SyncMemory;
}

/** Does what is planned, and remembers it. Returns the plan as it turned out. */
export async function applyPlan(applying: Applying, context: CommandContext): Promise<{ plan: Plan; bytes: number }> {
  const { local, tree, gathered, memory } = applying;
  const { source, target, from } = gathered.input;
  const side: Changeable = from === 'here' ? tree : localSide(local.root, context.signal);
  let plan = await makeWay(applying.plan, side, target);
  const sent: SentFile[] = [];
  const done = (): Done => ({ plan, gathered, sent, now: { here: local.now, there: tree.now } });
  try {
    const entries = toMove(plan, source);
    const { platform } = context.services.host;
    const order = { local: local.root, entries, platform, report: context.report };
    const moved = (file: SentFile) => void sent.push(file);
    if (from === 'there') await mkdir(local.root, { recursive: true });
    if (entries.length > 0 || !tree.there) await (from === 'here' ? tree.store : tree.fetch)({ ...order, moved });
    plan = await clearAway(plan, side, target);
    if (plan.mode.length > 0)
      await side.chmod(plan.mode.map(path => ({ path, mode: source.get(path)?.mode ?? 0o644 })));
  } catch (error) {
    await memory.write(rememberedInPart(done()));
    throw error;
  }
  await memory.write(remembered(done()));
  return { plan, bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0) };
}

type Changeable = Pick<SyncSide, 'remove' | 'chmod'>;

/** What is of another kind at the target goes first; where it cannot, what should take its place does not come. */
async function makeWay(plan: Plan, side: Changeable, target: ReadonlyMap<string, TreeEntry>): Promise<Plan> {
  if (plan.replace.length === 0) return plan;
  const kept = await side.remove(plan.replace.flatMap(path => target.get(path) ?? []));
  if (kept.length === 0) return plan;
  // Of a folder and what it still holds the folder alone was to be replaced.
  const blocked = new Set(plan.update.filter(path => kept.some(each => each === path || each.startsWith(`${path}/`))));
  const free = (path: string): boolean => !blocked.has(path) && (path === '' || free(parentOf(path)));
  const conflicts: Conflict[] = [...blocked].map(path => ({ path, reason: 'folder-in-the-way' }));
  return {
    ...plan,
    create: plan.create.filter(free),
    update: plan.update.filter(free),
    conflicts: [...plan.conflicts, ...conflicts],
  };
}

/** What the source has no more goes last. A folder stays when what is left out is in it. */
async function clearAway(plan: Plan, side: Changeable, target: ReadonlyMap<string, TreeEntry>): Promise<Plan> {
  if (plan.remove.length === 0) return plan;
  const kept = new Set(await side.remove(plan.remove.flatMap(path => target.get(path) ?? [])));
  if (kept.size === 0) return plan;
  const changed = [...kept].filter(path => target.get(path)?.kind !== 'folder');
  return {
    ...plan,
    remove: plan.remove.filter(path => !kept.has(path)),
    conflicts: [...plan.conflicts, ...changed.map(path => ({ path, reason: 'removed-and-changed' as const }))],
    extra: [...plan.extra, ...[...kept].filter(path => !changed.includes(path))],
  };
}

/** What has to move, and the folders on the way to it: whoever receives writes only into folders it was told of. */
function toMove(plan: Plan, source: ReadonlyMap<string, TreeEntry>): TreeEntry[] {
  const paths = new Set([...plan.create, ...plan.update]);
  for (const path of [...paths])
    for (let above = parentOf(path); above !== '' && !paths.has(above); above = parentOf(above)) paths.add(above);
  return [...paths].sort(treeOrder).flatMap(path => source.get(path) ?? []);
}
