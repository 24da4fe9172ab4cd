import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, { readonly path: string }> = {
  input: Input,
  run: async (_, { services }) => ({ path: services.paths.logs }),
  view: ({ path }) => path,
  payload: 'data',
};
