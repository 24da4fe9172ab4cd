import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { DriveNotebook } from '../../core/drive.ts';
import { Failure } from '../../core/failure.ts';
import { notebookLines } from './notebook-line.ts';

const Input = z.object({
  title: z._default(z.nullable(z.string()), null),
  name: z._default(z.nullable(z.string()), null),
  template: z._default(z.enum(['default', 'gpu', 'tpu']), 'default'),
  from: z._default(z.nullable(z.string()), null),
  consent: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, DriveNotebook> = {
  input: Input,
  run: async ({ title, name, ...order }, context) => {
    if (title !== null && name !== null && title !== name)
      throw new Failure('usage', 'the notebook was given two names', { hints: ['leave out the word or `--name`'] });
    const { createNotebook } = await import('../../operations/notebooks/create-notebook.ts');
    return createNotebook({ name: title ?? name, ...order }, context);
  },
  payload: 'data',
  view: notebook => notebookLines('made', notebook),
};
