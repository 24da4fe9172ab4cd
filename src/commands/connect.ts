import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import { TERMINAL_ROADS } from '../core/terminal.ts';
import type { Connected } from '../operations/connect/connect.ts';
import { MACHINE_INPUT } from '../operations/sessions/machine-wish.ts';
import { connectedText } from './connected-text.ts';

const Input = z.object({
  ...MACHINE_INPUT,
  variant: z.optional(z.enum(['gpu', 'tpu', 'cpu'])),
  name: z._default(z.nullable(z.string()), null),
  /** Seconds. */
  timeout: z._default(z.number(), 60),
  /** Seconds. */
  keepAlive: z._default(z.number(), 12 * 3600),
  shell: z._default(z.boolean(), true),
  detach: z._default(z.boolean(), false),
  mode: z._default(z.nullable(z.enum(['terminal', 'kernel'])), null),
  startupCommand: z._default(z.nullable(z.string()), null),
  startupCode: z._default(z.nullable(z.string()), null),
  terminal: z._default(z.enum(TERMINAL_ROADS), 'auto'),
  terminalName: z._default(z.nullable(z.string()), null),
});
export type ConnectInput = z.infer<typeof Input>;

export const command: Command<ConnectInput, Connected> = {
  input: Input,
  run: async (input, context) => {
    const { host, flags } = context.services;
    const screen = async () => (await import('../ui/repl-screen.ts')).replScreen(host, flags);
    return (await import('../operations/connect/connect.ts')).connect(input, context, screen);
  },
  payload: 'data',
  exitCode: ({ error, exitStatus }, _, { services }) =>
    error?.exit ?? (services.settings.propagateExitCode ? (exitStatus ?? 0) : 0),
  view: connected => (connected.shell ? '' : connectedText(connected)),
};
