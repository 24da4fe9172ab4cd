import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { EmulatorStatus } from '../../operations/emulator/emulator-status.ts';
import { table } from '../../ui/table.ts';
import { localTime } from '../../util/time.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, EmulatorStatus> = {
  input: Input,
  run: async (_, { services, signal }) =>
    (await import('../../operations/emulator/emulator-status.ts')).emulatorStatus(services, signal),
  view: ({ running, origin, pid, startedAt, account, machines, requests }, style) => {
    if (!running) return 'No emulator is running';
    const since = startedAt === null ? '' : ` since ${localTime(new Date(startedAt))}`;
    const lines = [`Emulator at ${style.bold(origin ?? '')} (process ${pid})${since}, ${requests} requests`];
    if (account !== null)
      lines.push(`Account ${account.email}, tier ${account.tier}, ${account.balance.toFixed(2)} units left`);
    if (machines.length > 0) lines.push(table(machines, COLUMNS, style));
    return lines.join('\n');
  },
  exitCode: ({ running }) => (running ? 0 : 1),
  payload: 'data',
};

const COLUMNS = [
  { title: 'machine', text: (machine: EmulatorStatus['machines'][number]) => machine.endpoint },
  { title: 'accelerator', text: (machine: EmulatorStatus['machines'][number]) => machine.accelerator },
  { title: 'proxy', text: (machine: EmulatorStatus['machines'][number]) => machine.url },
];
