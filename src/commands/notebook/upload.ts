import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { UploadedNotebook } from '../../operations/notebooks/upload-notebook.ts';
import { notebookLines } from './notebook-line.ts';

const Input = z.object({
  file: z.string(),
  id: z._default(z.nullable(z.string()), null),
  name: z._default(z.nullable(z.string()), null),
  consent: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, UploadedNotebook> = {
  input: Input,
  run: async (order, context) =>
    (await import('../../operations/notebooks/upload-notebook.ts')).uploadNotebook(order, context),
  payload: 'data',
  view: notebook => notebookLines(notebook.created ? 'made' : 'replaced the content of', notebook),
};
