import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import { type Timed, TRANSFER_INPUT, transferText } from './transferred.ts';

/** All words: the last may be the place. */
const Input = z.object({ local: z.array(z.string()), ...TRANSFER_INPUT });

export const command: Command<z.infer<typeof Input>, Timed> = {
  input: Input,
  run: async ({ local: words, ...options }, context) => {
    const { host } = context.services;
    const started = host.monotonic();
    const { pushFiles } = await import('../operations/files/push-files.ts');
    const transfer = await pushFiles({ words, ...options }, context);
    return { ...transfer, elapsed: Math.round(host.monotonic() - started) };
  },
  view: (transfer, style) => transferText(transfer, style, true),
};
