import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import { clearHistory } from '../../operations/logs/clear-history.ts';

const Input = z.object({ confirm: z._default(z.boolean(), false) });

export interface Cleared {
  /** Entries removed. */
  readonly cleared: number;
}

export const command: Command<z.infer<typeof Input>, Cleared> = {
  input: Input,
  run: async ({ confirm }, { services, signal }) => ({
    cleared: await clearHistory(confirm, services, signal),
  }),
  view: clearedText,
};

export function clearedText({ cleared }: Cleared): string {
  return cleared === 1 ? '1 run forgotten' : `${cleared} runs forgotten`;
}
