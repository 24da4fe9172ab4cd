import type * as z from 'zod/mini';
import type { Command } from '../core/command.ts';
import { type Timed, TransferInput, transferText } from './transferred.ts';

export const command: Command<z.infer<typeof TransferInput>, Timed> = {
  input: TransferInput,
  run: async (order, context) => {
    const { host } = context.services;
    const started = host.monotonic();
    const { pushFiles } = await import('../operations/push-files.ts');
    const transfer = await pushFiles(order, context);
    return { ...transfer, elapsed: Math.round(host.monotonic() - started) };
  },
  view: (transfer, style) => transferText(transfer, style, true),
};
