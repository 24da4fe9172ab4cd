import type { Report } from '../../core/events.ts';
import type { Services } from '../../core/services.ts';
import { keyHints, type SettingReport, settingReport } from './config-state.ts';

export interface SettingsReport {
  readonly profile: string;
  /** Of `config.json`, which need not be there. */
  readonly path: string;
  readonly settings: readonly SettingReport[];
  /** Keys of the file that are no setting. */
  readonly unknown: readonly string[];
}

/** All settings with their origins. What cannot be used is shown with the reason. Throws `usage` for a file that is no JSON. */
export async function listSettings(services: Services, report: Report): Promise<SettingsReport> {
  const config = await services.config();
  const settings = config.states().map(settingReport);
  const unknown = config.strangers();
  for (const key of unknown) {
    void report({
      type: 'warning',
      text: `\`${key}\` in \`${config.path}\` is no setting, and changes nothing`,
      hint: keyHints(key)[0] ?? '',
    });
  }
  for (const { fault } of settings) if (fault !== null) void report({ type: 'warning', text: fault });
  return { profile: services.profile, path: config.path, settings, unknown };
}
