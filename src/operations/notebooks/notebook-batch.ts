import { errorReport } from '../../core/error-report.ts';
import { FAILURES, Failure } from '../../core/failure.ts';
import type { NotebookBatchReport } from '../../core/notebook-batch.ts';
import type { ErrorReport } from '../../core/run-report.ts';

/** What the command line says of several runs. */
export interface BatchOptions {
  /** `lr=0.1,0.01`, one for each option. */
  readonly grid: readonly string[];
  readonly parallel?: number | undefined;
  readonly sessions: readonly string[];
  readonly failFast: boolean;
}

/** Whether that is more than one run of one notebook. */
export function isBatch(notebooks: readonly string[], { grid, parallel, sessions, failFast }: BatchOptions): boolean {
  return notebooks.length > 1 || grid.length > 0 || parallel !== undefined || sessions.length > 0 || failFast;
}

/** What decides how all ended: an interruption, else the first in the list that failed or has no pages. Null: all is well. */
export function worstOf({ runs, interrupted }: NotebookBatchReport): ErrorReport | null {
  if (interrupted)
    return (
      runs.find(({ status }) => status === 'abort')?.error ??
      errorReport(new Failure('interrupted', 'interrupted; what was done is saved'))
    );
  const failed = runs.find(({ status }) => status === 'error') ?? runs.find(({ exportError }) => exportError);
  return failed?.error ?? failed?.exportError ?? null;
}

/** The agents' number for an error, by its row of the catalogue. */
export function errorCodeOf({ code, category }: ErrorReport): number {
  const row = Object.values(FAILURES).find(each => each.code === code && each.category === category);
  return row?.errorCode ?? 1999;
}
