import type { SettingSpec } from '../core/setting-list.ts';
import type { Completes, OptionSpec, WordSpec } from './spec.ts';

/** What names of words and placeholders of options stand for, where the command does not say (`completes`). */
const BY_NAME: Readonly<Record<string, Completes>> = {
  file: 'file',
  path: 'file',
  local: 'file',
  folder: 'folder',
  dir: 'folder',
  notebook: 'notebook',
  session: 'session',
  sessions: 'session',
  profile: 'profile',
  key: 'setting',
  value: 'settingValue',
};

export function optionCompletes({ completes, flags, kind }: OptionSpec): Completes {
  if (kind === 'pairs') return 'nothing';
  return completes ?? BY_NAME[/[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? ''] ?? 'nothing';
}

export function wordCompletes({ completes, name }: WordSpec): Completes {
  return completes ?? BY_NAME[name] ?? 'nothing';
}

/** Keys of `config.json`, and what a key may hold where that is a choice. */
export async function settingOffers(key: string | null): Promise<readonly { value: string; about: string }[]> {
  const { SETTINGS } = await import('../core/setting-list.ts');
  const all = Object.entries<SettingSpec>(SETTINGS);
  if (key === null) return all.map(([value, { help }]) => ({ value, about: help }));
  const setting = all.find(([name]) => name === key)?.[1];
  const choices = setting?.kind === 'truth' ? ['true', 'false'] : (setting?.choices ?? []);
  return choices.map(value => ({ value, about: '' }));
}
