import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import type { SyncReport } from '../operations/sync/sync-report.ts';
import { syncText } from './sync-text.ts';

const Input = z.object({
  local: z.string(),
  remote: z._default(z.nullable(z.string()), null),
  pull: z._default(z.boolean(), false),
  dryRun: z._default(z.boolean(), false),
  delete: z._default(z.boolean(), false),
  force: z._default(z.boolean(), false),
  watch: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, SyncReport> = {
  input: Input,
  run: async ({ watch, ...wish }, context) => {
    if (watch) return (await import('../operations/sync/sync-watch.ts')).watchFolder(wish, context);
    const report = await (await import('../operations/sync/sync-folder.ts')).syncFolder(wish, context);
    const { error } = report;
    if (error) {
      const { message, suggestion } = error;
      const hints = suggestion === undefined ? [] : [suggestion];
      await context.report({ type: 'error', name: 'Conflict', message, traceback: [], hints });
    }
    return report;
  },
  view: syncText,
  exitCode: ({ error }) => error?.exit ?? 0,
};
