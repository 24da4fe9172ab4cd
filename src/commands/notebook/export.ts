import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { ExportedFile } from '../../core/notebook-batch.ts';
import { exportFormats, exportNotebooks } from '../../operations/notebooks/export-notebooks.ts';

const Input = z.object({
  file: z._default(z.array(z.string()), []),
  to: z._default(z.array(z.string()), ['html']),
  outputDir: z._default(z.nullable(z.string()), null),
  force: z._default(z.boolean(), false),
});

interface Exported {
  readonly files: readonly ExportedFile[];
}

export const command: Command<z.infer<typeof Input>, Exported> = {
  input: Input,
  run: async ({ file, to, outputDir, force }, context) => ({
    files: await exportNotebooks({ files: file, formats: exportFormats(to, '--to'), outputDir, force }, context),
  }),
  view: ({ files }) => files.map(({ output }) => output).join('\n'),
  payload: 'data',
};
