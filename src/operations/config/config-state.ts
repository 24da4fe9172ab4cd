import type { SettingState } from '../../core/config.ts';
import { Failure } from '../../core/failure.ts';
import { SETTING_KEYS, SETTINGS, type SettingKey, type SettingSpec } from '../../core/setting-list.ts';
import { nearest } from '../../util/nearest.ts';

/** A setting for people and programs, with what it is for. */
export interface SettingReport extends SettingState {
  /** What holds where there is no value, in words. */
  readonly defaultText?: string;
  readonly help: string;
}

export function settingReport(state: SettingState): SettingReport {
  const { help, defaultText }: SettingSpec = SETTINGS[state.key];
  return { ...state, ...(defaultText === undefined ? {} : { defaultText }), help };
}

/** The key that is meant, in any case of letters. Throws a `usage` failure that names the nearest one. */
export function settingKey(word: string): SettingKey {
  const found = SETTING_KEYS.find(key => key.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  throw new Failure('usage', `there is no setting \`${word}\``, { hints: keyHints(word) });
}

/** The nearest key, or where to look. */
export function keyHints(word: string): string[] {
  const guess = nearest(word, SETTING_KEYS);
  return [guess === null ? '`lecoder-cgpu config list` shows them all' : `did you mean \`${guess}\`?`];
}
