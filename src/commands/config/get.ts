import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { SettingReport } from '../../operations/config/config-state.ts';
import { valueText } from './setting-text.ts';

const Input = z.object({ key: z.string() });

export const command: Command<z.infer<typeof Input>, SettingReport> = {
  input: Input,
  run: async ({ key }, { services }) => {
    const { getSetting } = await import('../../operations/config/config-change.ts');
    const setting = await getSetting(key, services);
    if (setting.fault !== null) throw new Failure('usage', setting.fault);
    return setting;
  },
  view: valueText,
  payload: 'data',
};
