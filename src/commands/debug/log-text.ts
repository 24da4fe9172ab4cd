import * as z from 'zod/mini';
import type { Style } from '../../core/command.ts';
import type { LogLine } from '../../core/log.ts';
import { localTime } from '../../util/time.ts';

export const LogFilters = z.object({
  level: z.optional(z.string()),
  category: z.optional(z.string()),
  search: z.optional(z.string()),
});

export function logText(lines: readonly LogLine[], style: Style): string {
  return lines.map(line => lineText(line, style)).join('\n');
}

export function lineText({ timestamp, level, category, message, data }: LogLine, style: Style): string {
  const colour = { error: style.red, warn: style.yellow, info: style.cyan, debug: style.dim }[level] ?? style.dim;
  const rest = data === undefined || Object.keys(data).length === 0 ? '' : ` ${style.dim(JSON.stringify(data))}`;
  return `${style.dim(localTime(new Date(timestamp)))} ${colour(level.padEnd(5))} ${category.padEnd(7)} ${message}${rest}`;
}
