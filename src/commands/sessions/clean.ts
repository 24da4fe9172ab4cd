import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { Sweep } from '../../operations/sessions/sweep-sessions.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, Sweep> = {
  input: Input,
  run: async (_, { services, signal }) =>
    (await import('../../operations/sessions/sweep-sessions.ts')).sweepSessions(services, signal),
  payload: 'data',
  view: ({ removed, unknown }) => {
    const kept = unknown.map(({ name }) => `session \`${name}\` kept: its machine did not answer`);
    const gone = removed.map(({ name }) => `session \`${name}\` forgotten: its machine is gone`);
    return [...gone, ...kept].join('\n') || 'nothing to clean';
  },
};
