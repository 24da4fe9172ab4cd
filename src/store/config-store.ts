import { existsSync } from 'node:fs';
import type { Config, SettingState } from '../core/config.ts';
import { Failure, isFailure } from '../core/failure.ts';
import { SETTING_KEYS, SETTINGS, type SettingKey, type SettingSpec } from '../core/setting-list.ts';
import type { Warn } from './atomic-file.ts';
import { changeConfig, readConfig } from './config-file.ts';
import type { FileLocks } from './lock.ts';
import { findOrigin, type PlacedOrigin, readerOf, type Sources } from './setting-origins.ts';

export interface ConfigStoreOptions extends Omit<Sources, 'config'> {
  readonly locks: FileLocks;
  /** `state/session.json`. */
  readonly login: string;
  readonly warn: Warn;
}

/** `config.json` for `lecoder-cgpu config`. Its content is read at each question. */
export function configStore(options: ConfigStoreOptions): Config {
  const { path, locks } = options;
  return {
    path,
    states() {
      const sources = { ...options, config: readConfig(path) };
      return SETTING_KEYS.map(key => stateOf(key, sources));
    },
    strangers: () => Object.keys(readConfig(path)).filter(key => !isSetting(key)),
    async set(key, text) {
      const value = checked(key, text);
      await changeConfig(path, locks, config => (config[key] === value ? config : { ...config, [key]: value }));
      if (key === 'clientSecret') warnAboutLogin(options);
      warnIfOverruled(key, options);
    },
    async unset(key) {
      const removed = await changeConfig(path, locks, config => {
        if (!Object.hasOwn(config, key)) return config;
        return Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
      });
      if (removed && key === 'clientSecret') warnAboutLogin(options);
      return removed;
    },
  };
}

function isSetting(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

/** What is typed is text; what the file holds has a type. */
function checked(key: SettingKey, text: string): string | number | boolean {
  const spec: SettingSpec = SETTINGS[key];
  const value = text.trim();
  if (value === '') {
    throw new Failure('usage', `\`${key}\` cannot be empty`, {
      hints: [`\`lecoder-cgpu config unset ${key}\` takes it out of \`config.json\``],
    });
  }
  return readerOf(spec)({ name: `\`${key}\``, value });
}

function stateOf(key: SettingKey, sources: Sources): SettingState {
  const spec: SettingSpec = SETTINGS[key];
  const secret = spec.secret === true;
  const origin = findOrigin(key, sources);
  if (origin === null) {
    return {
      key,
      value: spec.default ?? spec.assumed ?? null,
      isSet: false,
      origin: 'default',
      from: null,
      secret,
      fault: null,
    };
  }
  const { value, fault } = tryRead(spec, origin);
  return {
    key,
    value: secret || value === null ? null : shown(spec, value),
    isSet: true,
    origin: origin.kind,
    from: origin.from,
    secret,
    fault,
  };
}

function tryRead(spec: SettingSpec, origin: PlacedOrigin): Pick<SettingState, 'value' | 'fault'> {
  if (spec.secret && typeof origin.value !== 'string') return { value: null, fault: `${origin.name} must be a text` };
  try {
    return { value: readerOf(spec)(origin), fault: null };
  } catch (error) {
    if (!isFailure(error, 'usage')) throw error;
    return { value: null, fault: error.message };
  }
}

/** Addresses may carry a token or a password. */
function shown({ kind }: SettingSpec, value: string | number | boolean): string | number | boolean {
  if (kind !== 'address') return value;
  const url = new URL(String(value));
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}

function warnIfOverruled(key: SettingKey, options: ConfigStoreOptions): void {
  const origin = findOrigin(key, { ...options, config: readConfig(options.path) });
  if (origin !== null && origin.kind !== 'config') options.warn(`${origin.name} is set and wins over \`config.json\``);
}

/** The client's secret is the key: without it what was sealed stays shut. */
function warnAboutLogin({ login, warn }: ConfigStoreOptions): void {
  if (existsSync(login)) warn('the login on this machine was sealed with the former secret: sign in again');
}
