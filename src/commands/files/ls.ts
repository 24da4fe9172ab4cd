import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { Listing } from '../../core/files.ts';
import { listingText } from './listing-text.ts';

const Input = z.object({
  paths: z._default(z.array(z.string()), []),
  all: z._default(z.boolean(), false),
  long: z._default(z.boolean(), false),
  directory: z._default(z.boolean(), false),
});

interface Listed {
  readonly listings: readonly Listing[];
  /** People asked for all there is to know; the JSON object has that anyway. */
  readonly long: boolean;
}

export const command: Command<z.infer<typeof Input>, Listed> = {
  input: Input,
  run: async ({ paths, all, long, directory }, context) => {
    const { withFiles } = await import('../../operations/files/open-files.ts');
    const wish = { all, itself: directory };
    const listings = await withFiles(context, { connect: false }, files => files.list(paths, wish, context.signal));
    return { listings, long };
  },
  view: (listed, style) => listingText(listed.listings, listed.long, style),
};
