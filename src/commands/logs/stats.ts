import type * as z from 'zod/mini';
import type { Command, Style } from '../../core/command.ts';
import { historySession } from '../../operations/logs/history-session.ts';
import { type HistoryStats, historyStats, queryHistory } from '../../operations/logs/query-history.ts';
import { durationText, localTime } from '../../util/time.ts';
import { Filters } from './filters.ts';

export const command: Command<z.infer<typeof Filters>, HistoryStats> = {
  input: Filters,
  run: async (input, { services }) => {
    const wish = { ...input, session: historySession(services) };
    return historyStats(queryHistory(services.history, wish, services.host.now()));
  },
  view: (stats, style) => statsText(stats, style),
};

export function statsText(stats: HistoryStats, style: Style): string {
  if (stats.totalExecutions === 0) return 'no runs recorded';
  const rows: [string, string][] = [
    ['runs', String(stats.totalExecutions)],
    ['succeeded', `${stats.successfulExecutions} (${stats.successRatePercent} %)`],
    ['failed', String(stats.failedExecutions)],
    ['interrupted', String(stats.abortedExecutions)],
    ['average time', durationText(stats.averageExecutionTime * 1000)],
    ['by mode', counts(stats.executionsByMode)],
    ['failures', counts(stats.byCategory) || 'none'],
    ['oldest', stats.oldestEntry === null ? '-' : localTime(new Date(stats.oldestEntry))],
    ['newest', stats.newestEntry === null ? '-' : localTime(new Date(stats.newestEntry))],
  ];
  return rows.map(([name, value]) => `${style.bold(name.padEnd(13))}${value}`).join('\n');
}

function counts(numbers: Readonly<Record<string, number>>): string {
  return Object.entries(numbers)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
