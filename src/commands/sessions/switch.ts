import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';

const Input = z.object({ id: z.optional(z.string()) });

export const command: Command<z.infer<typeof Input>, { switched: boolean; sessionId: string; name: string }> = {
  input: Input,
  run: async ({ id }, { services, signal }) => {
    const { namedSession, switchSession } = await import('../../operations/sessions/switch-session.ts');
    const session = await switchSession(namedSession(id, services.flags.session, 'switch'), services, signal);
    return { switched: true, sessionId: session.id, name: session.name };
  },
  payload: 'data',
  view: ({ name }) => `session \`${name}\` is now the active one`,
};
