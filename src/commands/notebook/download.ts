import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { DownloadedNotebook } from '../../operations/notebooks/download-notebook.ts';
import { printable } from '../printable.ts';

const Input = z.object({
  notebook: z.string(),
  target: z._default(z.nullable(z.string()), null),
  force: z._default(z.boolean(), false),
  consent: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, DownloadedNotebook> = {
  input: Input,
  run: async (order, context) =>
    (await import('../../operations/notebooks/download-notebook.ts')).downloadNotebook(order, context),
  payload: 'data',
  // What went to standard output stands there alone.
  view: ({ path, name, bytes }) => {
    if (path === '-') return '';
    return path === null ? 'nothing was replaced' : `${printable(name)} is in ${printable(path)}, ${bytes} bytes`;
  },
};
