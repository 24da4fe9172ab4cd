import type { CommandContext } from '../../core/command.ts';
import type { Session } from '../../core/session.ts';
import { overFiles } from '../files/open-files.ts';
import { conflictFailure, type SyncPlace, type SyncWish, syncOver } from '../sync/sync-folder.ts';
import { syncTotals } from '../sync/sync-totals.ts';
import { readLocal } from '../sync/sync-trees.ts';

/** Syncs a local folder before a run, over a way to the runtime that is open. */
export interface SyncBefore {
  /** Returns the remote folder to run in. Throws `transferFailed` for conflicts: the run would see other files than meant. */
  sync(place: SyncPlace): Promise<string>;
}

/** Begins to read the folder while the way to the runtime is still being opened. */
export function syncBefore(folder: string, context: CommandContext): SyncBefore {
  const wish: SyncWish = { local: folder, remote: null, pull: false, dryRun: false, delete: false, force: false };
  const reading = readLocal(folder, false, context);
  reading.catch(() => {}); // thrown where it is waited for
  return {
    async sync(place) {
      const found = await syncOver(wish, await reading, place, context);
      if (found.conflicts.length > 0) throw conflictFailure(found, wish);
      await context.report({ type: 'note', text: `synced: ${syncTotals(found)}` });
      return found.remote;
    },
  };
}

/** The same by way of the session's helper kernel, for code that runs in another. */
export function syncOnHelper(folder: string, session: Session, context: CommandContext): Promise<string> {
  const before = syncBefore(folder, context);
  return overFiles(session, context, (files, opened) => before.sync({ files, session: opened }));
}
