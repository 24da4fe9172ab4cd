import type { SettingReport } from '../../operations/config/config-state.ts';

/** The value as a script wants it: bare, empty where there is none; a secret only says whether it is there. */
export function valueText({ value, secret, isSet }: SettingReport): string {
  if (secret) return isSet ? 'set' : 'not set';
  return value === null ? '' : String(value);
}

/** The place in a word: an option, a variable, `config.json`, `default`. */
export function originText({ origin, from }: SettingReport): string {
  if (origin === 'config') return 'config.json';
  return from ?? 'default';
}
