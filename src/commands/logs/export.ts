import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import { type ExportedHistory, exportHistory } from '../../operations/logs/export-history.ts';
import { Filters } from './filters.ts';

const Input = z.extend(Filters, {
  notebook: z._default(z.nullable(z.string()), null),
  limit: z.optional(z.int().check(z.nonnegative())),
  force: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, ExportedHistory> = {
  input: Input,
  run: async (input, context) => {
    const { notebook } = input;
    if (notebook === null)
      throw new Failure('usage', 'where to is not said', {
        hints: ['`lecoder-cgpu logs export --notebook history.ipynb`; `.md` and `.py` make a page and a script'],
      });
    return exportHistory({ ...input, notebook }, context);
  },
  view: ({ file, runs }) => `${runs === 1 ? '1 run' : `${runs} runs`} written to ${file}`,
  payload: 'data',
};
