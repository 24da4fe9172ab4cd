import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { Closed } from '../../operations/close-session.ts';

const Input = z.object({
  id: z.optional(z.string()),
  all: z._default(z.boolean(), false),
  force: z._default(z.boolean(), false),
  keepRuntime: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, { closed: readonly Closed[] }> = {
  input: Input,
  run: async ({ id, all, ...wish }, { services, report }) => {
    const { closeSession } = await import('../../operations/close-session.ts');
    const closed: Closed[] = [];
    for (const session of await chosen(id, all, services))
      closed.push(await closeSession(session, wish, services, report));
    return { closed };
  },
  payload: 'data',
  view: ({ closed }) => closedLines(closed),
};

async function chosen(id: string | undefined, all: boolean, services: Parameters<typeof command.run>[1]['services']) {
  const list = services.sessions.read();
  if (all) return list.sessions;
  const { findSession } = await import('../../operations/choose-session.ts');
  const { namedSession } = await import('../../operations/switch-session.ts');
  return [findSession(list, namedSession(id, services.flags.session, 'close'))];
}

/** What became of each, machines above all. */
export function closedLines(closed: readonly Closed[]): string {
  if (closed.length === 0) return 'no session to close';
  return closed
    .map(
      ({ name, runtime, runtimeReleased }) =>
        `session \`${name}\` closed, ${runtimeReleased ? `machine ${runtime} freed` : `machine ${runtime} left running`}`,
    )
    .join('\n');
}
