import * as z from 'zod/mini';
import type { Command, CommandContext, Style } from '../../core/command.ts';
import type { LogLine } from '../../core/log.ts';
import { type LogWish, logFilter, newestLines } from '../../operations/logs/read-log.ts';
import { LogFilters, lineText, logText } from './log-text.ts';

const Input = z.extend(LogFilters, {
  limit: z._default(z.int().check(z.nonnegative()), 20),
  follow: z._default(z.boolean(), false),
});

export const command: Command<z.infer<typeof Input>, readonly LogLine[]> = {
  input: Input,
  run: async (input, context) => {
    const { logFiles } = context.services;
    if (input.follow) return followed(input, input.limit, context);
    return newestLines(logFiles, input, input.limit);
  },
  view: logText,
  payload: 'data',
};

/** Streams to stdout until the interruption, which then ends the command as it ends `tail -f`. */
async function followed(wish: LogWish, limit: number, { services, report, signal }: CommandContext): Promise<never> {
  const fits = logFilter(wish);
  const show = (line: LogLine) => report({ type: 'output', stream: 'stdout', data: `${lineText(line, PLAIN)}\n` });
  const coming = services.logFiles.follow(signal);
  for (const line of newestLines(services.logFiles, wish, limit)) await show(line);
  for await (const line of coming) if (fits(line)) await show(line);
  throw signal.reason;
}

const same = (text: string) => text;
const PLAIN: Style = {
  width: Number.POSITIVE_INFINITY,
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
};
