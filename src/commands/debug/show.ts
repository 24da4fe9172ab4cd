import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { LogLine } from '../../core/log.ts';
import { newestLines } from '../../operations/logs/read-log.ts';
import { LogFilters, logText } from './log-text.ts';

const Input = z.extend(LogFilters, { limit: z._default(z.int().check(z.nonnegative()), 50) });

export const command: Command<z.infer<typeof Input>, readonly LogLine[]> = {
  input: Input,
  run: async (input, { services }) => newestLines(services.logFiles, input, input.limit),
  view: logText,
  payload: 'data',
};
