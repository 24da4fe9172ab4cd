import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import { printable } from '../printable.ts';

const Input = z.object({ paths: z.array(z.string()), parents: z._default(z.boolean(), false) });

export const command: Command<z.infer<typeof Input>, { paths: readonly string[] }> = {
  input: Input,
  run: async ({ paths, parents }, context) => {
    const { withFiles } = await import('../../operations/files/open-files.ts');
    const make = { connect: true };
    return { paths: await withFiles(context, make, files => files.makeFolders(paths, parents, context.signal)) };
  },
  view: ({ paths }) => paths.map(path => `made ${printable(path)}`).join('\n'),
};
