import type { ErrorReport } from '../../core/run-report.ts';
import type { TreeEntry } from '../../core/sync.ts';
import type { Conflict } from './sync-plan.ts';

export interface SyncChange {
  readonly path: string;
  readonly change: 'create' | 'update' | 'delete' | 'mode';
  readonly kind: TreeEntry['kind'];
  /** Of a file that is moved. */
  readonly bytes: number;
}

/** What a sync did, or would do. Paths are relative to both folders, with `/`. */
export interface SyncReport {
  readonly local: string;
  readonly remote: string;
  readonly direction: 'push' | 'pull';
  readonly dryRun: boolean;
  readonly changes: readonly SyncChange[];
  readonly conflicts: readonly Conflict[];
  /** Changed at the target alone, and left as they are. */
  readonly kept: readonly string[];
  /** Only at the target, and left there. */
  readonly extra: number;
  readonly unchanged: number;
  /** That had to move. */
  readonly bytes: number;
  /** Milliseconds. */
  readonly elapsed: number;
  /** Of `--watch`: how often it was synced. */
  readonly rounds?: number;
  readonly success?: false;
  readonly status?: 'error' | 'abort';
  readonly errorCode?: number;
  readonly error?: ErrorReport;
}
