import type { CommandContext } from '../../core/command.ts';
import { errorReport } from '../../core/error-report.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import { withFiles } from '../files/open-files.ts';
import { type Changes, watchChanges } from './sync-changes.ts';
import { type SyncPlace, type SyncWish, syncOver } from './sync-folder.ts';
import type { SyncReport } from './sync-report.ts';
import { syncTotals } from './sync-totals.ts';
import { readLocal } from './sync-trees.ts';

/** Milliseconds before what went wrong is tried again. */
const PAUSE = 1000;
/** How often in a row the way to the runtime is sought anew. */
const MOST_TRIES = 5;
/** Names in the line of a round. */
const MOST_NAMES = 3;

/** Syncs, and again whenever something changes here, until interrupted: then the report of all rounds, as an error. */
export async function watchFolder(wish: SyncWish, context: CommandContext): Promise<SyncReport> {
  if (wish.pull || wish.dryRun)
    throw new Failure(
      'usage',
      `\`--watch\` looks at changes here and sends them: not with \`${wish.pull ? '--pull' : '--dry-run'}\``,
    );
  const watching = new Watching(wish, context);
  try {
    await watching.run();
  } catch (error) {
    if (!context.signal.aborted || watching.total === null) throw error;
  }
  return interrupted(watching.total, context.signal.reason);
}

class Watching {
  total: SyncReport | null = null;
  readonly #wish: SyncWish;
  readonly #context: CommandContext;
  /** Tries in a row without a round. */
  #tries = 0;
  #conflicts = '';

  constructor(wish: SyncWish, context: CommandContext) {
    this.#wish = wish;
    this.#context = context;
  }

  async run(): Promise<never> {
    const { root } = await readLocal(this.#wish.local, false, this.#context);
    const changes = await watchChanges(root, this.#context);
    try {
      for (;;) await this.#connected(changes);
    } finally {
      await changes.close();
    }
  }

  /** Rounds until the way to the runtime is lost. */
  async #connected(changes: Changes): Promise<void> {
    const { report, services, signal } = this.#context;
    try {
      await withFiles(this.#context, { connect: true }, async (files, session) => {
        for (;;) {
          await this.#round({ files, session }, changes);
          await changes.next(signal);
        }
      });
    } catch (error) {
      if (!isFailure(error, 'webSocketError', 'kernelDied', 'connectionTimeout') || signal.aborted) throw error;
      this.#tries += 1;
      if (this.#tries > MOST_TRIES) throw error;
      void report({ type: 'warning', text: `${error.message}; connecting again` });
      await services.host.sleep(PAUSE * this.#tries, signal);
    }
  }

  async #round(place: SyncPlace, changes: Changes): Promise<void> {
    const { services, report, signal } = this.#context;
    try {
      const local = await readLocal(this.#wish.local, false, this.#context);
      const found = await syncOver(this.#wish, local, place, this.#context);
      this.#tries = 0;
      this.#add(found);
    } catch (error) {
      // Files that change while they are read, or vanish, are the rule where somebody works.
      if (!isFailure(error, 'transferFailed', 'fileNotFound', 'permissionDenied', 'fileTooLarge')) throw error;
      void report({ type: 'warning', text: error.message });
      if (error.kind === 'permissionDenied' || error.kind === 'fileTooLarge') return;
      await services.host.sleep(PAUSE, signal);
      changes.again();
    }
  }

  #add(found: SyncReport): void {
    const { services, report } = this.#context;
    const { total } = this;
    this.total = {
      ...found,
      changes: [...(total?.changes ?? []), ...found.changes],
      bytes: (total?.bytes ?? 0) + found.bytes,
      elapsed: (total?.elapsed ?? 0) + found.elapsed,
      rounds: (total?.rounds ?? 0) + 1,
    };
    void report({ type: 'note', text: `${clock(services.host.now())} ${namesOf(found)}${syncTotals(found)}` });
    const conflicts = found.conflicts.map(({ path }) => `\`${path}\``).join(', ');
    if (conflicts !== '' && conflicts !== this.#conflicts)
      void report({
        type: 'warning',
        text: `in conflict and left alone on both sides: ${conflicts}`,
        hint: '`lecoder-cgpu sync <folder> --force` takes those of this machine',
      });
    this.#conflicts = conflicts;
  }
}

function namesOf({ changes }: SyncReport): string {
  const names = changes.filter(({ kind }) => kind !== 'folder').map(({ path }) => path);
  if (names.length === 0 || names.length > MOST_NAMES) return '';
  return `${names.map(name => JSON.stringify(name).slice(1, -1)).join(', ')}: `;
}

function clock(time: Date): string {
  return time.toTimeString().slice(0, 8);
}

function interrupted(total: SyncReport | null, reason: unknown): SyncReport {
  const failure = isFailure(reason) ? reason : new Failure('interrupted', 'interrupted');
  if (total === null) throw failure;
  return {
    ...total,
    success: false,
    status: 'abort',
    errorCode: failure.spec.errorCode,
    error: errorReport(failure),
  };
}
