import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, { readonly stopped: boolean }> = {
  input: Input,
  run: async (_, { services, report, signal }) => {
    const { stopEmulator } = await import('../../operations/emulator/emulator-stop.ts');
    return { stopped: await stopEmulator(services, report, signal) };
  },
  view: ({ stopped }) => (stopped ? 'Stopped the emulator and its machines' : 'No emulator was running'),
  payload: 'data',
};
