import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import type { KeeperEnd } from '../operations/sessions/keeper.ts';

/** Seconds. */
const Input = z.object({ every: z._default(z.number().check(z.minimum(1)), 60) });

export const command: Command<z.infer<typeof Input>, KeeperEnd> = {
  input: Input,
  run: async ({ every }, { services, signal }) =>
    (await import('../operations/sessions/keeper.ts')).keepAlive(services, every * 1000, signal),
  payload: 'data',
  view: ({ pings, failures }) => `${pings} pings, ${failures} failures; no session is to be kept any more`,
};
