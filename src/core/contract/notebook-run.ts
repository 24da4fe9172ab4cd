import * as z from 'zod/mini';
import { atTopLevel, ErrorCode, ErrorObject } from './common.ts';
import { EXPORTED_FILE } from './notebook-export.ts';

const CellReport = z.looseObject({
  /** Counts all cells of the notebook from 1. */
  cell: z.int(),
  id: z.string(),
  /** Its `name` in the metadata, or its first line. */
  name: z.string(),
  /** `kept`: from the run before. `pending`: not run, because the run ended before it. */
  status: z.enum(['ok', 'error', 'kept', 'skipped', 'pending']),
  executionCount: z.nullable(z.int()),
  /** Milliseconds; null when it did not run now. */
  duration: z.nullable(z.number()),
});

export const NotebookReportObject = z.looseObject({
  /** The path, or the id in Drive. */
  input: z.string(),
  output: z.string(),
  session: z.nullable(z.string()),
  status: z.enum(['ok', 'error', 'abort']),
  errorCode: ErrorCode,
  parameters: z.record(z.string(), z.unknown()),
  /** Code cells in their order. */
  cells: z.array(CellReport),
  /** The cell that ended the run. */
  failed: z.nullable(
    z.looseObject({
      cell: z.int(),
      id: z.string(),
      name: z.string(),
      ename: z.string(),
      evalue: z.string(),
      traceback: z.array(z.string()),
    }),
  ),
  counts: z.looseObject({ ran: z.int(), kept: z.int(), skipped: z.int(), failed: z.int() }),
  /** Milliseconds. */
  duration: z.number(),
  error: z.optional(ErrorObject),
  /** Of `--export`, and why some are missing. */
  exports: z.optional(z.array(z.looseObject(EXPORTED_FILE))),
  exportError: z.optional(ErrorObject),
});

/** Of several runs, in the order in which they were asked for. */
export const NotebookBatchObject = z.looseObject({
  runs: z.array(
    z.extend(NotebookReportObject, {
      name: z.string(),
      /** `pending`: it never began. */
      status: z.enum(['ok', 'error', 'abort', 'pending']),
      /** The exit code it would have had alone; null when it never began. */
      exit: z.nullable(z.int()),
    }),
  ),
  counts: z.looseObject({ ok: z.int(), error: z.int(), abort: z.int(), pending: z.int() }),
  parallel: z.int(),
  interrupted: z.boolean(),
  /** Milliseconds. */
  duration: z.number(),
});

/** `error` is the report's, where every object has its own. */
export const NotebookRunObject = atTopLevel({
  data: z.union([NotebookReportObject, NotebookBatchObject]),
  error: z.optional(ErrorObject),
});
