import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { OpenedNotebook, OpenedPage } from '../../operations/notebooks/open-notebook.ts';
import { MACHINE_INPUT } from '../../operations/sessions/machine-wish.ts';
import { connectedText } from '../connected-text.ts';
import { printable } from '../printable.ts';

const Input = z.object({
  ...MACHINE_INPUT,
  notebook: z.string(),
  name: z._default(z.nullable(z.string()), null),
  /** Seconds. */
  timeout: z._default(z.number(), 60),
  /** Seconds. */
  keepAlive: z._default(z.number(), 12 * 3600),
  shell: z._default(z.boolean(), true),
  mode: z._default(z.nullable(z.enum(['terminal', 'kernel'])), null),
  startupCode: z._default(z.nullable(z.string()), null),
  browser: z._default(z.boolean(), false),
  consent: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, OpenedNotebook | OpenedPage> = {
  input: Input,
  run: async ({ browser, ...order }, context) => {
    const { openNotebook, openPage } = await import('../../operations/notebooks/open-notebook.ts');
    if (browser) return openPage(order.notebook, context);
    const { host, flags } = context.services;
    return openNotebook(order, context, async () => (await import('../../ui/repl-screen.ts')).replScreen(host, flags));
  },
  payload: 'data',
  exitCode: (opened, _, { services }) => {
    if (!('session' in opened)) return 0;
    return opened.error?.exit ?? (services.settings.propagateExitCode ? (opened.exitStatus ?? 0) : 0);
  },
  view: opened => {
    if (!('session' in opened)) return opened.url;
    return opened.shell ? '' : `${printable(opened.notebook.name)}: ${connectedText(opened)}`;
  },
};
