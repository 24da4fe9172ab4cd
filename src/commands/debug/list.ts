import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { LogFile } from '../../core/log.ts';
import { type Column, table } from '../../ui/table.ts';
import { localTime } from '../../util/time.ts';

const Input = z.object({});

const COLUMNS: readonly Column<LogFile>[] = [
  { title: 'written', text: file => localTime(new Date(file.modified)) },
  { title: 'bytes', text: file => String(file.size), right: true },
  { title: 'file', text: file => file.path },
];

export const command: Command<z.infer<typeof Input>, readonly LogFile[]> = {
  input: Input,
  run: async (_, { services }) => services.logFiles.list(),
  view: (files, style) => (files.length === 0 ? '' : table(files, COLUMNS, style)),
  payload: 'data',
};
