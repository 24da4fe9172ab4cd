import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import { printable } from '../printable.ts';

const Input = z.object({
  paths: z.array(z.string()),
  recursive: z._default(z.boolean(), false),
  force: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, { paths: readonly string[] }> = {
  input: Input,
  run: async (order, context) => ({
    paths: await (await import('../../operations/files/remove-files.ts')).removeFiles(order, context),
  }),
  view: ({ paths }) =>
    paths.length === 0 ? 'nothing was removed' : paths.map(path => `removed ${printable(path)}`).join('\n'),
};
