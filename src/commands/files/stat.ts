import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { Listing } from '../../core/files.ts';
import { bytesText } from '../../util/bytes-text.ts';
import { localTime } from '../../util/time.ts';
import { printable } from '../printable.ts';

const Input = z.object({ paths: z.array(z.string()) });

interface Listed {
  readonly listings: readonly Listing[];
}

export const command: Command<z.infer<typeof Input>, Listed> = {
  input: Input,
  run: async ({ paths }, context) => {
    const { withFiles } = await import('../../operations/files/open-files.ts');
    const wish = { all: true, itself: true };
    return { listings: await withFiles(context, { connect: false }, files => files.list(paths, wish, context.signal)) };
  },
  view: ({ listings }) =>
    listings
      .flatMap(({ entries }) => entries)
      .map(({ path, kind, size, mode, owner, group, modified, target }) =>
        [
          `    path: ${printable(path)}${target === null ? '' : ` -> ${printable(target)}`}`,
          `    kind: ${kind}`,
          `    size: ${size}${size < 1024 ? '' : ` (${bytesText(size)})`}`,
          `    mode: ${mode}`,
          `   owner: ${owner}:${group}`,
          `modified: ${localTime(new Date(modified))}`,
        ].join('\n'),
      )
      .join('\n\n'),
};
