import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { Closed } from '../../operations/sessions/close-session.ts';

const Input = z.object({
  id: z.optional(z.string()),
  all: z._default(z.boolean(), false),
  force: z._default(z.boolean(), false),
  keepRuntime: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, { closed: readonly Closed[] }> = {
  input: Input,
  run: async ({ id, all, ...wish }, context) => {
    const { services, report } = context;
    const { closeCalled, closeSession } = await import('../../operations/sessions/close-session.ts');
    if (!all) {
      const { namedSession } = await import('../../operations/sessions/switch-session.ts');
      return { closed: [await closeCalled(namedSession(id, services.flags.session, 'close'), wish, context)] };
    }
    const closed: Closed[] = [];
    for (const session of services.sessions.read().sessions)
      closed.push(await closeSession(session, wish, services, report));
    return { closed };
  },
  payload: 'data',
  view: ({ closed }) => closedLines(closed),
};

/** What became of each, machines above all. */
export function closedLines(closed: readonly Closed[]): string {
  if (closed.length === 0) return 'no session to close';
  return closed
    .map(
      ({ id, name, runtime, runtimeReleased }) =>
        `${id === runtime ? '' : `session \`${name}\` closed, `}${runtimeReleased ? `machine ${runtime} freed` : `machine ${runtime} left running`}`,
    )
    .join('\n');
}
