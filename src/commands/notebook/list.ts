import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import { type DriveNotebook, NOTEBOOK_ORDERS, type NotebookListing } from '../../core/drive.ts';
import { type Column, table } from '../../ui/table.ts';
import { localTime } from '../../util/time.ts';
import { printable } from '../printable.ts';

const Input = z.object({
  limit: z._default(z.int().check(z.nonnegative()), 50),
  orderBy: z._default(z.enum(NOTEBOOK_ORDERS), 'modifiedTime'),
  search: z._default(z.nullable(z.string()), null),
  consent: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, NotebookListing> = {
  input: Input,
  run: async ({ limit, orderBy, search, consent }, context) => {
    const { listNotebooks } = await import('../../operations/notebooks/list-notebooks.ts');
    const containing = search === '' ? null : search;
    return listNotebooks({ limit: limit === 0 ? null : limit, order: orderBy, containing, consent }, context);
  },
  payload: 'data',
  view: ({ notebooks }, style) =>
    notebooks.length === 0
      ? 'no notebooks; `lecoder-cgpu notebook create` makes one'
      : table(notebooks, COLUMNS, style),
};

/** The id whole, as it is what other commands take. */
const COLUMNS: readonly Column<DriveNotebook>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'modified', text: ({ modifiedTime }) => (modifiedTime === null ? '-' : localTime(new Date(modifiedTime))) },
  { title: 'name', text: ({ name }) => printable(name) },
];
