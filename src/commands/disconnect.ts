import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import type { Closed } from '../operations/sessions/close-session.ts';
import { closedLines } from './sessions/close.ts';

const Input = z.object({ keepRuntime: z._default(z.boolean(), false), all: z._default(z.boolean(), false) });

export const command: Command<z.infer<typeof Input>, { closed: readonly Closed[] }> = {
  input: Input,
  run: async ({ keepRuntime, all }, { services, report }) => {
    const { closeSession } = await import('../operations/sessions/close-session.ts');
    const { sessionInUse } = await import('../operations/sessions/ensure-session.ts');
    const current = all ? null : await sessionInUse(services);
    const sessions = all ? services.sessions.read().sessions : current ? [current] : [];
    const closed: Closed[] = [];
    for (const session of sessions) {
      closed.push(await closeSession(session, { keepRuntime, force: false }, services, report));
    }
    return { closed };
  },
  payload: 'data',
  view: ({ closed }) => closedLines(closed),
};
