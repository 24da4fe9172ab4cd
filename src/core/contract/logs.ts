import * as z from 'zod/mini';
import { atTopLevel, underData } from './common.ts';
import { RUN_FIELDS } from './run.ts';

const Entry = z.looseObject({
  id: z.string(),
  timestamp: z.string(),
  mode: z.enum(['kernel', 'terminal']),
  session: z.nullable(z.string()),
  /** Of kernel mode; `command` of terminal mode. */
  code: z.optional(z.string()),
  command: z.optional(z.string()),
  /** Of a notebook's cell: the notebook, and the cell's place in it from 1. */
  notebook: z.optional(z.string()),
  cell: z.optional(z.int()),
  success: z.boolean(),
  status: z.enum(['ok', 'error', 'abort']),
  errorCode: z.int(),
  ...RUN_FIELDS,
});

/** Newest first. With `--stats` and `--clear` the objects of `logs stats` and `logs clear` are printed instead. */
export const LogsObject = underData(z.array(Entry));

export const LogsStatsObject = atTopLevel({
  totalExecutions: z.int(),
  /** A share from 0 to 1. */
  successRate: z.number(),
  /** Seconds. */
  averageExecutionTime: z.number(),
  byStatus: z.looseObject({ success: z.int(), error: z.int() }),
  byCategory: z.record(z.string(), z.int()),
  successRatePercent: z.number(),
  successfulExecutions: z.int(),
  failedExecutions: z.int(),
  abortedExecutions: z.int(),
  executionsByMode: z.looseObject({ kernel: z.int(), terminal: z.int() }),
  oldestEntry: z.nullable(z.string()),
  newestEntry: z.nullable(z.string()),
});

/** How many entries were forgotten. */
export const LogsClearObject = atTopLevel({ cleared: z.int() });

/** The file that was written, and how many runs are in it. */
export const LogsExportObject = underData(
  z.looseObject({ file: z.string(), format: z.enum(['ipynb', 'md', 'py']), runs: z.int(), commented: z.int() }),
);
