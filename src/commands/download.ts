import * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import { type Timed, TRANSFER_INPUT, transferText } from './transferred.ts';

/** All words: the last may be the place. */
const Input = z.object({ remote: z.array(z.string()), ...TRANSFER_INPUT });

export const command: Command<z.infer<typeof Input>, Timed> = {
  input: Input,
  run: async ({ remote: words, ...options }, context) => {
    const { host } = context.services;
    const started = host.monotonic();
    const { pullFiles } = await import('../operations/files/pull-files.ts');
    const transfer = await pullFiles({ words, ...options }, context);
    return { ...transfer, elapsed: Math.round(host.monotonic() - started) };
  },
  // What went to standard output stands there alone.
  view: (transfer, style) => (transfer.files[0]?.local === '-' ? '' : transferText(transfer, style, false)),
};
