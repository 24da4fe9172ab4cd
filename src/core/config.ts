import type { SettingKey } from './setting-list.ts';

export const SETTING_ORIGINS = ['flag', 'environment', 'config', 'default'] as const;

/** A setting as it stands. */
export interface SettingState {
  readonly key: SettingKey;
  /** What holds; null for nothing, for a secret, and for what cannot be used. */
  readonly value: string | number | boolean | null;
  readonly isSet: boolean;
  readonly origin: (typeof SETTING_ORIGINS)[number];
  /** The option, the variable or the file; null for a default. */
  readonly from: string | null;
  readonly secret: boolean;
  /** Why commands refuse what stands there; null when they do not. */
  readonly fault: string | null;
}

/** The settings and the `config.json` they come from, for showing and changing. Commands read `Settings`. */
export interface Config {
  readonly path: string;
  /** Throws `usage` for a file that is no JSON. */
  states(): readonly SettingState[];
  /** Keys of the file that are no setting. They are kept, and change nothing. */
  strangers(): readonly string[];
  /** Checks the text as what it is to be, then writes that one key. Throws `usage`, `permissionDenied`, `ioError`. */
  set(key: SettingKey, text: string): Promise<void>;
  /** Also takes a key that is no setting. False when it was not there. */
  unset(key: string): Promise<boolean>;
}
