import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { Move } from '../../core/files.ts';
import { printable } from '../printable.ts';

const Input = z.object({ paths: z.array(z.string()), force: z._default(z.boolean(), false) });

export const command: Command<z.infer<typeof Input>, { moved: readonly Move[] }> = {
  input: Input,
  run: async ({ paths, force }, context) => {
    if (paths.length < 2)
      throw new Failure('usage', '`lecoder-cgpu files mv` needs what to move and where to', {
        hints: ['see `lecoder-cgpu files mv --help`'],
      });
    const { withFiles } = await import('../../operations/files/open-files.ts');
    const moved = await withFiles(context, { connect: false }, files => files.move(paths, force, context.signal));
    return { moved };
  },
  view: ({ moved }) => moved.map(({ from, to }) => `${printable(from)} → ${printable(to)}`).join('\n'),
};
