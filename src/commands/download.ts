import type * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import { type Timed, TransferInput, transferText } from './transferred.ts';

export const command: Command<z.infer<typeof TransferInput>, Timed> = {
  input: TransferInput,
  run: async (order, context) => {
    const { host } = context.services;
    const started = host.monotonic();
    const { pullFiles } = await import('../operations/pull-files.ts');
    const transfer = await pullFiles(order, context);
    return { ...transfer, elapsed: Math.round(host.monotonic() - started) };
  },
  // What went to standard output stands there alone.
  view: (transfer, style) => (transfer.files[0]?.local === '-' ? '' : transferText(transfer, style, false)),
};
