import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { SettingReport } from '../../operations/config/config-state.ts';
import { originText, valueText } from './setting-text.ts';

const Input = z.object({ key: z.string(), value: z.optional(z.string()) });

export const command: Command<z.infer<typeof Input>, SettingReport> = {
  input: Input,
  run: async ({ key, value }, { services, signal }) => {
    const { setSetting } = await import('../../operations/config/config-change.ts');
    return setSetting(key, value ?? null, services, signal);
  },
  view: (setting, style) => {
    const place = setting.origin === 'config' ? '' : `was written; what holds now is that of ${originText(setting)}: `;
    return `${style.green('✓')} ${setting.key}${place === '' ? ': ' : ` ${place}`}${valueText(setting)}`;
  },
  payload: 'data',
};
