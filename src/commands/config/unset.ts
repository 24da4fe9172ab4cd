import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { SettingReport } from '../../operations/config/config-state.ts';
import { originText, valueText } from './setting-text.ts';

const Input = z.object({ key: z.string() });

interface Unset {
  readonly key: string;
  readonly removed: boolean;
  readonly setting: SettingReport | null;
}

export const command: Command<z.infer<typeof Input>, Unset> = {
  input: Input,
  run: async ({ key }, { services }) =>
    (await import('../../operations/config/config-change.ts')).unsetSetting(key, services),
  view: ({ key, removed, setting }, style) => {
    if (!removed) return `${key} does not stand in config.json`;
    const done = `${style.green('✓')} ${key} was taken out of config.json`;
    if (setting === null) return done;
    const value = valueText(setting);
    return `${done}; now ${value === '' ? 'nothing' : value} (${originText(setting)})`;
  },
  payload: 'data',
};
