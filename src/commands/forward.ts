import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import type { ForwardReport } from '../operations/forward/forward-ports.ts';

const Input = z.object({
  ports: z.array(z.string()),
  open: z._default(z.boolean(), false),
  /** Seconds; 0 for no limit. */
  for: z._default(z.number(), 0),
});
export type ForwardInput = z.infer<typeof Input>;

export const command: Command<ForwardInput, ForwardReport> = {
  input: Input,
  run: async ({ ports, open, for: seconds }, context) => {
    const { forwardPorts } = await import('../operations/forward/forward-ports.ts');
    return forwardPorts({ ports, open, duration: seconds === 0 ? null : seconds * 1000 }, context);
  },
  view: () => '',
  exitCode: ({ error }) => error?.exit ?? 0,
};
