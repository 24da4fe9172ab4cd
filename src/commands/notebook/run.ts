import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { NotebookBatchReport, NotebookFormat, RunExports } from '../../core/notebook-batch.ts';
import type { NotebookReport } from '../../core/notebook-run.ts';
import type { ErrorReport } from '../../core/run-report.ts';
import { errorCodeOf, isBatch, worstOf } from '../../operations/notebooks/notebook-batch.ts';
import { MACHINE_INPUT } from '../../operations/sessions/machine-wish.ts';
import { batchText } from './batch-text.ts';

const Input = z.object({
  notebook: z.array(z.string()).check(z.minLength(1)),
  param: z._default(z.array(z.string()), []),
  params: z._default(z.nullable(z.string()), null),
  output: z._default(z.nullable(z.string()), null),
  inPlace: z._default(z.boolean(), false),
  newKernel: z._default(z.boolean(), false),
  resume: z._default(z.boolean(), false),
  from: z.optional(z.int()),
  only: z._default(z.nullable(z.string()), null),
  /** Seconds. */
  timeout: z.optional(z.number()),
  totalTimeout: z.optional(z.number()),
  allowErrors: z._default(z.boolean(), false),
  env: z._default(z.array(z.string()), []),
  envFile: z._default(z.nullable(z.string()), null),
  secret: z._default(z.array(z.string()), []),
  outputDir: z._default(z.nullable(z.string()), null),
  receipt: z._default(z.boolean(), true),
  consent: z._default(z.boolean(), false),
  export: z._default(z.array(z.string()), []),
  grid: z._default(z.array(z.string()), []),
  parallel: z.optional(z.int()),
  sessions: z._default(z.array(z.string()), []),
  failFast: z._default(z.boolean(), false),
  ...MACHINE_INPUT,
});

/** The report under `data`, and what became of it where every object says so. */
export interface NotebookRunAnswer {
  readonly success: boolean;
  readonly status: NotebookReport['status'];
  readonly errorCode: number;
  readonly data: (NotebookReport & Partial<RunExports>) | NotebookBatchReport;
  readonly error?: ErrorReport;
}

export const command: Command<z.infer<typeof Input>, NotebookRunAnswer> = {
  input: Input,
  run: async ({ notebook, export: pages, ...options }, context) => {
    const formats = pages.length === 0 ? [] : await formatsOf(pages);
    if (isBatch(notebook, options)) {
      const { runNotebooksCommand } = await import('../../operations/notebooks/run-notebooks-command.ts');
      return batchAnswer(await runNotebooksCommand(notebook, options, formats, context));
    }
    const { runNotebookCommand } = await import('../../operations/notebooks/run-notebook-command.ts');
    const report = await runNotebookCommand(notebook[0] ?? '', options, context);
    if (formats.length === 0) return answer(report);
    const { exportAfterRun } = await import('../../operations/notebooks/export-after-run.ts');
    return answer({ ...report, ...(await exportAfterRun(report.output, formats, context)) });
  },
  view: ({ data }, style) => ('runs' in data ? batchText(data, style) : ''),
  exitCode: ({ error }) => error?.exit ?? 0,
};

async function formatsOf(words: readonly string[]): Promise<readonly NotebookFormat[]> {
  return (await import('../../operations/notebooks/export-notebooks.ts')).exportFormats(words, '--export');
}

/** A run that went well and lacks a page that was wanted has not done all it was to do. */
function answer(data: NotebookReport & Partial<RunExports>): NotebookRunAnswer {
  return { ...judged(data.error ?? data.exportError ?? null), data };
}

function batchAnswer(data: NotebookBatchReport): NotebookRunAnswer {
  return { ...judged(worstOf(data)), data };
}

function judged(error: ErrorReport | null): Omit<NotebookRunAnswer, 'data'> {
  if (error === null) return { success: true, status: 'ok', errorCode: 0 };
  return { success: false, status: error.exit === 130 ? 'abort' : 'error', errorCode: errorCodeOf(error), error };
}
