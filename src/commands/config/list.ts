import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { SettingsReport } from '../../operations/config/config-list.ts';
import type { SettingReport } from '../../operations/config/config-state.ts';
import { type Column, table } from '../../ui/table.ts';
import { originText, valueText } from './setting-text.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, SettingsReport> = {
  input: Input,
  run: async (_, { services, report }) =>
    (await import('../../operations/config/config-list.ts')).listSettings(services, report),
  view: ({ settings, profile, path }, style) => {
    const rows = table(settings, COLUMNS, style);
    // a pipe gets the settings alone
    return style.width === Number.POSITIVE_INFINITY ? rows : `${rows}\n\n${style.dim(`profile ${profile}, ${path}`)}`;
  },
  payload: 'data',
};

const COLUMNS: readonly Column<SettingReport>[] = [
  { title: 'setting', text: ({ key }) => key },
  { title: 'value', text: cellText },
  { title: 'origin', text: originText },
];

function cellText(setting: SettingReport): string {
  if (setting.fault !== null) return '(cannot be used)';
  if (setting.value === null && setting.defaultText !== undefined) return `(${setting.defaultText})`;
  return valueText(setting);
}
