import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { errorReport } from '../../core/error-report.ts';
import { Failure } from '../../core/failure.ts';
import type { RemoteFiles } from '../../core/files.ts';
import type { Session } from '../../core/session.ts';
import type { RemoteTree } from '../../core/sync.ts';
import { withFiles } from '../files/open-files.ts';
import { applyPlan } from './sync-apply.ts';
import { type Plan, type PlanWish, planSync } from './sync-plan.ts';
import type { SyncChange, SyncReport } from './sync-report.ts';
import { type Gathered, gather, type LocalFolder, readLocal } from './sync-trees.ts';

export interface SyncWish extends PlanWish {
  /** As the user wrote it. */
  readonly local: string;
  /** Null for a folder of the local one's name, where commands start. */
  readonly remote: string | null;
  /** From the runtime to here. */
  readonly pull: boolean;
  readonly dryRun: boolean;
}

/** Where a sync takes place. */
export interface SyncPlace {
  readonly files: RemoteFiles;
  readonly session: Session;
}

/**
 * Makes one folder like the other, as far as nothing is lost by it. Conflicts stand in the report, as an error too.
 * Throws `usage`, `fileNotFound`, and what moving files throws.
 */
export async function syncFolder(wish: SyncWish, context: CommandContext): Promise<SyncReport> {
  const local = await readLocal(wish.local, wish.pull, context);
  const report = await withFiles(context, { connect: !wish.pull && !wish.dryRun }, (files, session) =>
    syncOver(wish, local, { files, session }, context),
  );
  return withConflicts(report, wish);
}

/** One sync over an open way to the runtime. */
export async function syncOver(
  wish: SyncWish,
  local: LocalFolder,
  { files, session }: SyncPlace,
  context: CommandContext,
): Promise<SyncReport> {
  const word = wish.remote ?? basename(local.root);
  if (word === '') throw new Failure('usage', `\`${local.root}\` has no name: say which remote folder is meant`);
  const { host, locks } = context.services;
  const started = host.monotonic();
  const name = createHash('sha256')
    .update(JSON.stringify([session.id, local.root, word]))
    .digest('hex');
  const work = async () => {
    const tree = await files.openTree(word, context.signal);
    try {
      return await syncTrees({ wish, local, tree, session }, context);
    } finally {
      tree.close();
    }
  };
  const found = await locks.hold(`sync-${name.slice(0, 16)}`, work, context.signal);
  return { ...found, elapsed: Math.round(host.monotonic() - started) };
}

interface Syncing {
  readonly wish: SyncWish;
  readonly local: LocalFolder;
  readonly tree: RemoteTree;
  readonly session: Session;
}

async function syncTrees({ wish, local, tree, session }: Syncing, context: CommandContext) {
  const { services } = context;
  const { pull, dryRun } = wish;
  if (pull && !tree.there) throw new Failure('fileNotFound', `on the runtime, \`${tree.path}\`: no such folder`);
  if (wish.delete) refuseClearing(tree, local, wish, context);
  const open = await services.syncMemory();
  const sessions = services.sessions.read().sessions.map(({ id }) => id);
  const memory = open({ session: session.id, local: local.root, remote: tree.path }, sessions);
  const base = tree.there ? memory.read() : new Map();
  const gathered = await gather({ local, tree, base, pull, wish }, context);
  const planned = planSync(gathered.input);
  const settled = dryRun
    ? { plan: planned, bytes: null }
    : await applyPlan({ local, tree, gathered, plan: planned, memory }, context);
  return { local: local.root, remote: tree.path, ...reportOf(settled.plan, gathered, settled.bytes, wish) };
}

function reportOf(plan: Plan, { input }: Gathered, moved: number | null, { pull, dryRun }: SyncWish) {
  const { source, target } = input;
  const changes = (paths: readonly string[], change: SyncChange['change']): SyncChange[] =>
    paths.map(path => {
      const entry = (change === 'delete' ? target : source).get(path);
      const bytes = entry?.kind === 'file' && change !== 'delete' && change !== 'mode' ? entry.size : 0;
      return { path, change, kind: entry?.kind ?? 'file', bytes };
    });
  const all = [
    ...changes(plan.create, 'create'),
    ...changes(plan.update, 'update'),
    ...changes(plan.mode, 'mode'),
    ...changes(plan.remove, 'delete'),
  ];
  return {
    direction: pull ? ('pull' as const) : ('push' as const),
    dryRun,
    changes: all,
    conflicts: plan.conflicts,
    kept: plan.kept,
    extra: plan.extra.length,
    unchanged: plan.same.filter(path => source.get(path)?.kind !== 'folder').length,
    bytes: moved ?? all.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** A slip of the finger must not empty the folder that everything else lies in. */
function refuseClearing(
  tree: RemoteTree,
  { root }: LocalFolder,
  { pull }: SyncWish,
  { services }: CommandContext,
): void {
  const { home } = services.host.folders;
  const holds = pull ? `${home}/`.startsWith(root.endsWith('/') ? root : `${root}/`) : tree.above;
  if (!holds) return;
  const what = pull
    ? `\`${root}\` holds your home folder`
    : `\`${tree.path}\` is or holds the folder that commands start in`;
  throw new Failure('usage', `${what}, and \`--delete\` is not for that`, {
    hints: ['name a folder of its own: `lecoder-cgpu sync . project --delete`'],
  });
}

/** The report, as a failure when something is in conflict. */
export function withConflicts(report: SyncReport, wish: Pick<SyncWish, 'pull'>): SyncReport {
  if (report.conflicts.length === 0) return report;
  const failure = conflictFailure(report, wish);
  return {
    ...report,
    success: false,
    status: 'error',
    errorCode: failure.spec.errorCode,
    error: errorReport(failure),
  };
}

/** Conflicts are not mended by trying again. */
export function conflictFailure(
  { conflicts }: Pick<SyncReport, 'conflicts'>,
  { pull }: Pick<SyncWish, 'pull'>,
): Failure {
  const names = conflicts.slice(0, 5).map(({ path }) => `\`${path}\``);
  const more = conflicts.length > names.length ? ` and ${conflicts.length - names.length} more` : '';
  const noun = conflicts.length === 1 ? 'is in conflict and was' : 'are in conflict and were';
  return new Failure('transferFailed', `${names.join(', ')}${more} ${noun} left alone on both sides`, {
    retryable: false,
    hints: [
      `\`lecoder-cgpu sync ${pull ? '--pull ' : ''}<folder> --force\` takes ${pull ? "the runtime's" : 'those of this machine'}; with \`--dry-run\` it shows first what it would do`,
    ],
  });
}
