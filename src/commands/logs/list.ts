import * as z from 'zod/mini';
import type { Command, Style } from '../../core/command.ts';
import type { HistoryEntry } from '../../core/history.ts';
import { clearHistory } from '../../operations/logs/clear-history.ts';
import { historySession } from '../../operations/logs/history-session.ts';
import { type HistoryStats, historyStats, queryHistory } from '../../operations/logs/query-history.ts';
import { type Column, table } from '../../ui/table.ts';
import { durationText, localTime } from '../../util/time.ts';
import { type Cleared, clearedText } from './clear.ts';
import { Filters } from './filters.ts';
import { statsText } from './stats.ts';

const Input = z.extend(Filters, {
  limit: z._default(z.int().check(z.nonnegative()), 50),
  stats: z._default(z.boolean(), false),
  clear: z._default(z.boolean(), false),
});

interface Listing {
  /** Newest first. */
  readonly data: readonly HistoryEntry[];
}

/** `--stats` and `--clear` are older spellings of `logs stats` and `logs clear --confirm`, and answer with the same objects. */
export const command: Command<z.infer<typeof Input>, Listing | HistoryStats | Cleared> = {
  input: Input,
  run: async (input, { services, signal }) => {
    if (input.clear) return { cleared: await clearHistory(true, services, signal) };
    const now = services.host.now();
    const wish = { ...input, session: historySession(services) };
    if (input.stats) return historyStats(queryHistory(services.history, wish, now));
    return { data: queryHistory(services.history, wish, now, input.limit) };
  },
  view: (output, style) => {
    if ('cleared' in output) return clearedText(output);
    if ('data' in output) return output.data.length === 0 ? '' : table(output.data, columnsFor(style), style);
    return statsText(output, style);
  },
};

function columnsFor(style: Style): readonly Column<HistoryEntry>[] {
  return [
    { title: 'when', text: entry => localTime(new Date(entry.timestamp)) },
    {
      title: 'status',
      text: entry => (entry.error?.category ? `${entry.status} (${entry.error.category})` : entry.status),
    },
    { title: 'mode', text: entry => entry.mode },
    { title: 'took', text: entry => durationText(entry.timing.duration), right: true },
    { title: 'code', text: entry => firstLine(entry.code ?? entry.command ?? '', style.width) },
  ];
}

function firstLine(code: string, width: number): string {
  const lines = code.split('\n').filter(line => line.trim() !== '');
  const first = lines[0]?.trim() ?? '';
  return lines.length > 1 && first.length < width ? `${first} …` : first;
}
