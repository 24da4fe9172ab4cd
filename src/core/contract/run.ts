import * as z from 'zod/mini';
import { atTopLevel, ErrorObject } from './common.ts';
import { NotebookReportObject } from './notebook-run.ts';

/** MIME type to data. */
export const MimeBundle = z.record(z.string(), z.unknown());

export const RUN_FIELDS = {
  /** `text/plain` of the last expression; null in shell mode. */
  result: z.nullable(z.string()),
  stdout: z.string(),
  stderr: z.string(),
  /** The whole of it, where it is not UTF-8. */
  stdout_base64: z.optional(z.string()),
  stderr_base64: z.optional(z.string()),
  /** Seconds. */
  executionTime: z.number(),
  exitCode: z.int(),
  execution_count: z.nullable(z.int()),
  display_data: z.array(z.looseObject({ data: MimeBundle, metadata: z.record(z.string(), z.unknown()) })),
  truncated: z.boolean(),
  outputFile: z.optional(z.string()),
  error: z.optional(ErrorObject),
};

/** `notebook`: of `run -f x.ipynb`; the other fields are then those of all cells together. */
export const RunObject = atTopLevel({ ...RUN_FIELDS, notebook: z.optional(NotebookReportObject) });
