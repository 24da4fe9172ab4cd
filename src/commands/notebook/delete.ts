import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { DeletedNotebook } from '../../operations/notebooks/delete-notebook.ts';
import { printable } from '../printable.ts';

const Input = z.object({
  notebook: z.string(),
  force: z._default(z.boolean(), false),
  permanent: z._default(z.boolean(), false),
  consent: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, DeletedNotebook> = {
  input: Input,
  run: async (order, context) =>
    (await import('../../operations/notebooks/delete-notebook.ts')).deleteNotebook(order, context),
  payload: 'data',
  view: ({ deleted, name, permanent }) => {
    if (!deleted) return 'nothing was deleted';
    return permanent ? `deleted ${printable(name)} for good` : `moved ${printable(name)} to the trash of Drive`;
  },
};
