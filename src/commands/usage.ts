import * as z from 'zod/mini';
import type { Command, Style } from '../core/command.ts';
import type { UsageReport, UsingMachine } from '../operations/status/collect-usage.ts';
import { type Column, table } from '../ui/table.ts';
import { durationText, localTime } from '../util/time.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, UsageReport> = {
  input: Input,
  run: async (_, context) => (await import('../operations/status/collect-usage.ts')).collectUsage(context),
  payload: 'data',
  view: (usage, style) => [...accountLines(usage, style), ...machineLines(usage, style)].join('\n'),
};

function accountLines({ account, tier, balance, free, ratePerHour, hoursLeft }: UsageReport, style: Style): string[] {
  const rows: [string, string][] = [
    ['account', account?.id ?? 'not known'],
    ['tier', tier ?? 'not known'],
    ['balance', `${units(balance)}`],
    ...(free ? [['free', `${units(free.units)}${refill(free.refillsAt)}`] as [string, string]] : []),
    ['rate', ratePerHour === null ? 'not known' : `${units(ratePerHour)} an hour`],
    ['left', hoursLeft === null ? 'nothing is being spent' : `${durationText(hoursLeft * 3_600_000)} at this rate`],
  ];
  return rows.map(([name, value]) => `${style.bold(name.padEnd(9))}${value}`);
}

function machineLines({ machines }: UsageReport, style: Style): string[] {
  if (machines === null) return [];
  return machines.length === 0 ? ['', 'no machine is running'] : ['', table(machines, COLUMNS, style)];
}

const COLUMNS: readonly Column<UsingMachine>[] = [
  { title: 'machine', text: row => row.accelerator ?? row.variant },
  { title: 'session', text: row => row.session ?? '-' },
  { title: 'units/h', text: row => (row.ratePerHour === null ? '-' : String(rounded(row.ratePerHour))) },
  { title: 'where', text: row => row.endpoint },
];

function units(count: number | null): string {
  return count === null ? 'not known' : `${rounded(count)} units`;
}

function rounded(count: number): number {
  return Math.round(count * 100) / 100;
}

function refill(at: string | null): string {
  return at === null ? '' : `, more on ${localTime(new Date(at))}`;
}
