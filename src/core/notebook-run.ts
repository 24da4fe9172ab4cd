import type { JsonObject } from './events.ts';
import type { ErrorReport } from './run-report.ts';
import type { RuntimeWish } from './runtime.ts';

/** One notebook run to the end, or as far as it goes. */
export interface NotebookRunRequest {
  readonly source: NotebookSource;
  /** Whole local path. Written after every cell; the same as the source's for `--in-place`. */
  readonly output: string;
  readonly runtime: RuntimeWish;
  /** `new`: a kernel of its own, which is removed at the end; `session`: where variables of earlier runs are. */
  readonly kernel: 'session' | 'new';
  /** Written into the notebook as papermill does it. Values of JSON. */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Milliseconds for each cell and for all; null for no limit. */
  readonly cellTimeout: number | null;
  readonly totalTimeout: number | null;
  /** Go on after a cell that failed. */
  readonly allowErrors: boolean;
  readonly start: NotebookStart;
  /** Only code cells with this tag. */
  readonly only: string | null;
  /** Images of the cells are saved there; null for nowhere but in the notebook. */
  readonly outputDir: string | null;
  /** Whether to say at the end what the run cost. */
  readonly receipt: boolean;
}

export type NotebookSource =
  | { readonly kind: 'file'; readonly path: string }
  /** `text`: what was fetched. */
  | { readonly kind: 'drive'; readonly id: string; readonly name: string; readonly text: string };

export type NotebookStart =
  | { readonly kind: 'beginning' }
  /** At the first cell that failed, changed or never ran, by what the output of the last run says. */
  | { readonly kind: 'resume' }
  /** Cells are counted from 1, all kinds together, as they stand in the file. */
  | { readonly kind: 'from'; readonly cell: number };

export interface NotebookReport {
  /** The path or the Drive id. */
  readonly input: string;
  readonly output: string;
  /** Null when it came to none. */
  readonly session: string | null;
  readonly status: 'ok' | 'error' | 'abort';
  /** Of the contract's closed set; 0 when all went well. */
  readonly errorCode: number;
  readonly parameters: JsonObject;
  /** Code cells in their order; `cell` counts all cells from 1. */
  readonly cells: readonly NotebookCellReport[];
  /** The cell that ended the run. */
  readonly failed: FailedCell | null;
  /** Cells that ran now, were kept from the run before, and were passed over. */
  readonly counts: { readonly ran: number; readonly kept: number; readonly skipped: number; readonly failed: number };
  /** Milliseconds. */
  readonly duration: number;
  readonly error?: ErrorReport;
}

export interface NotebookCellReport {
  readonly cell: number;
  readonly id: string;
  /** Its first line, or its `name` in the metadata. */
  readonly name: string;
  /** `pending`: not run, because the run ended before it. */
  readonly status: 'ok' | 'error' | 'kept' | 'skipped' | 'pending';
  readonly executionCount: number | null;
  /** Milliseconds; null when it did not run. */
  readonly duration: number | null;
}

export interface FailedCell {
  readonly cell: number;
  readonly id: string;
  readonly name: string;
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}
