import { isFailure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { SettingKey, SettingValue } from '../core/setting-list.ts';
import { SETTINGS } from '../core/setting-list.ts';
import {
  type GlobalFlags,
  type Leniency,
  LOG_LEVELS,
  type LogLevel,
  type ServerSettings,
  type Settings,
} from '../core/settings.ts';
import { readConfig } from './config-file.ts';
import { type Sources, settled } from './setting-origins.ts';
import { firstOf, loopback, type Origin, oneOf, text } from './setting-values.ts';
import { statePaths } from './state-paths.ts';

/**
 * The settled settings: flag, environment, `config.json`, default. An empty variable counts as absent.
 * Throws `usage` failures for values that cannot be used and for a broken `config.json`, unless the command can do without.
 */
export function loadSettings(host: Host, flags: GlobalFlags & Leniency): Settings {
  const path = statePaths(host, flags).config;
  const attempt = flags.badSettings ? forgiving : strictly;
  const sources: Sources = { host, flags, path, config: attempt(() => readConfig(path), {}) };
  const get = <Key extends SettingKey>(key: Key): SettingValue<Key> =>
    attempt(() => settled(key, sources), SETTINGS[key].default as SettingValue<Key>);
  const env = (name: string): Origin => ({ name: `\`${name}\``, value: host.env[name] });
  const flag = (name: string, value: unknown): Origin => ({ name: `\`--${name}\``, value });

  return {
    runtime: get('defaultRuntime'),
    session: firstOf([flag('session', flags.session), env('LECODER_SESSION')], text, null),
    timeout: get('defaultTimeout'),
    maxHistorySize: get('maxHistorySize'),
    autoReconnect: get('autoReconnect'),
    propagateExitCode: get('propagateExitCode'),
    updateNotice: get('updateNotice'),
    logLevel: attempt(() => logLevel(flags, { env, verbose: get('verboseLogging') }), 'info'),
    defaultGpu: get('defaultGpu'),
    kernelName: get('kernelName'),
    server: serverSettings(
      get('jupyterServerUrl'),
      firstOf([flag('token', flags.token), env('JUPYTER_TOKEN')], text, null),
    ),
    local: { idleTimeout: get('localIdleTimeout'), python: get('localPython') },
    emulator: attempt(() => firstOf([env('LECODER_EMULATOR')], loopback, null), null),
  };
}

function strictly<T>(read: () => T): T {
  return read();
}

/** For commands that show and mend settings. */
function forgiving<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (isFailure(error, 'usage')) return otherwise;
    throw error;
  }
}

function logLevel(
  flags: GlobalFlags,
  { env, verbose }: { readonly env: (name: string) => Origin; readonly verbose: boolean },
): LogLevel {
  const level = firstOf([env('LECODER_LOG_LEVEL')], oneOf(LOG_LEVELS), null);
  if (flags.verbose) return 'debug';
  if (level !== null) return level;
  const debug = firstOf([env('LECODER_CGPU_DEBUG')], text, '0');
  if (debug !== '0' && debug !== 'false') return 'debug';
  return verbose ? 'debug' : 'info';
}

/** Servers print their address with `?token=…`; the token is taken out, so that the address can be shown. */
function serverSettings(given: string | null, token: string | null): ServerSettings {
  if (given === null) return { url: null, token };
  const url = new URL(given);
  const inside = url.searchParams.get('token');
  url.search = '';
  url.hash = '';
  return { url: url.href, token: token ?? inside };
}
