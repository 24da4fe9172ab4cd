import type { NotebookReport, NotebookRunRequest } from './notebook-run.ts';
import type { ErrorReport } from './run-report.ts';

/** Many notebooks, or one with many parameters, each run in a kernel of its own. */
export interface NotebookBatchRequest {
  readonly runs: readonly PlannedRun[];
  /** So many at once. */
  readonly parallel: number;
  /** After the first run that fails no other begins, and those under way are interrupted. */
  readonly failFast: boolean;
  /** Names or ids of sessions to spread the runs over; empty for the one in use. */
  readonly sessions: readonly string[];
  /** Whether to say at the end what all cost. */
  readonly receipt: boolean;
}

export interface PlannedRun {
  /** What tells it from the others: `train`, `train lr=0.1 bs=8`. */
  readonly name: string;
  readonly request: NotebookRunRequest;
  readonly exports: readonly NotebookFormat[];
}

export const NOTEBOOK_FORMATS = ['html', 'md', 'py', 'pdf'] as const;
export type NotebookFormat = (typeof NOTEBOOK_FORMATS)[number];

/** A notebook in another format. */
export interface ExportedFile {
  /** As it was given. */
  readonly input: string;
  readonly format: NotebookFormat;
  /** Whole path. */
  readonly output: string;
  readonly bytes: number;
  /** Files beside a page. */
  readonly images: number;
  /** Who made it: this program, or an nbconvert here or on the runtime. */
  readonly by: 'lecoder-cgpu' | 'local' | 'runtime';
}

/** What became of the pages that were wanted of a run. */
export interface RunExports {
  readonly exports: readonly ExportedFile[];
  /** Why some are missing. */
  readonly exportError?: ErrorReport;
}

export interface NotebookBatchReport {
  /** In the order in which they were asked for. */
  readonly runs: readonly BatchRun[];
  readonly counts: Readonly<Record<BatchStatus, number>>;
  readonly parallel: number;
  /** By Ctrl-C; the stop of `failFast` is none. */
  readonly interrupted: boolean;
  /** Milliseconds. */
  readonly duration: number;
}

/** `pending`: it never began. */
export type BatchStatus = NotebookReport['status'] | 'pending';

export interface BatchRun extends Omit<NotebookReport, 'status'>, Partial<RunExports> {
  readonly name: string;
  readonly status: BatchStatus;
  /** Exit code it would have had alone; null when it never began. */
  readonly exit: number | null;
}
