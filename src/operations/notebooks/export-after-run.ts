import { relative } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { errorReport } from '../../core/error-report.ts';
import { isFailure } from '../../core/failure.ts';
import type { ExportedFile, NotebookFormat, RunExports } from '../../core/notebook-batch.ts';
import { exportNotebooks } from './export-notebooks.ts';

/** A path from the folder one is in, where that is shorter. */
function near(path: string, { services }: CommandContext): string {
  const way = relative(services.host.folders.work, path);
  return way.startsWith('..') ? path : way;
}

/**
 * Pages of what a run has left, beside it. What is missing for a page must not cost the run: that is a warning, and stands
 * in the report.
 */
export async function exportAfterRun(
  output: string,
  formats: readonly NotebookFormat[],
  context: CommandContext,
): Promise<RunExports> {
  if (context.signal.aborted) return { exports: [] };
  const exports: ExportedFile[] = [];
  let exportError: RunExports['exportError'];
  for (const format of formats) {
    try {
      const wish = { files: [output], formats: [format], outputDir: null, force: true };
      const made = await exportNotebooks(wish, context);
      exports.push(...made);
      for (const file of made)
        await context.report({ type: 'note', text: `saved as \`${near(file.output, context)}\`` });
    } catch (error) {
      if (!isFailure(error)) throw error;
      exportError ??= errorReport(error);
      const again = `later: \`lecoder-cgpu notebook export ${near(output, context)} --to ${format}\``;
      await context.report({
        type: 'warning',
        text: `no ${format}: ${error.message}`,
        hint: error.facts.hints?.[0] ?? again,
      });
    }
  }
  return { exports, ...(exportError === undefined ? {} : { exportError }) };
}
