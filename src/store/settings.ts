import type { Host } from '../core/host.ts';
import { PROVIDERS } from '../core/runtime.ts';
import { type GlobalFlags, LOG_LEVELS, type LogLevel, type ServerSettings, type Settings } from '../core/settings.ts';
import { readConfig } from './config-file.ts';
import { address, firstOf, loopback, number, type Origin, oneOf, text, truth } from './setting-values.ts';
import { statePaths } from './state-paths.ts';

/** Timers count milliseconds in 31 bits: 24 days. */
const LONGEST_SECONDS = 2_147_483;
const SECONDS = number(`a number of seconds from 0 (no limit) to ${LONGEST_SECONDS}`, {
  least: 0,
  most: LONGEST_SECONDS,
  whole: false,
});
const COUNT = number('a whole number from 0 to 1000000', { least: 0, most: 1_000_000, whole: true });

/**
 * The settled settings: flag, environment, `config.json`, default. An empty variable counts as absent.
 * Throws `usage` failures for values that cannot be used and for a broken `config.json`.
 */
export function loadSettings(host: Host, flags: GlobalFlags): Settings {
  const path = statePaths(host, flags).config;
  const config = readConfig(path);
  const flag = (name: string, value: unknown): Origin => ({ name: `\`--${name}\``, value });
  const env = (name: string): Origin => ({ name: `\`${name}\``, value: host.env[name] });
  const file = (key: string): Origin => ({ name: `\`${key}\` in \`${path}\``, value: config[key] });

  return {
    runtime: firstOf(
      [flag('runtime', flags.runtime), env('LECODER_RUNTIME'), file('defaultRuntime')],
      oneOf(PROVIDERS),
      null,
    ),
    session: firstOf([flag('session', flags.session), env('LECODER_SESSION')], text, null),
    timeout: firstOf([env('LECODER_TIMEOUT'), file('defaultTimeout')], SECONDS, 300),
    maxHistorySize: firstOf([file('maxHistorySize')], COUNT, 1000),
    autoReconnect: firstOf([file('autoReconnect')], truth, true),
    propagateExitCode: firstOf([file('propagateExitCode')], truth, false),
    logLevel: logLevel(flags, {
      level: env('LECODER_LOG_LEVEL'),
      debug: env('LECODER_CGPU_DEBUG'),
      verbose: file('verboseLogging'),
    }),
    defaultGpu: firstOf([file('defaultGpu')], text, 'T4'),
    kernelName: firstOf([file('kernelName')], text, null),
    server: serverSettings(
      firstOf([flag('server', flags.server), env('JUPYTER_SERVER_URL'), file('jupyterServerUrl')], address, null),
      firstOf([flag('token', flags.token), env('JUPYTER_TOKEN')], text, null),
    ),
    local: {
      idleTimeout: firstOf([file('localIdleTimeout')], SECONDS, 3600),
      python: firstOf([file('localPython')], text, null),
    },
    emulator: firstOf([env('LECODER_EMULATOR')], loopback, null),
  };
}

function logLevel(flags: GlobalFlags, origins: { level: Origin; debug: Origin; verbose: Origin }): LogLevel {
  const level = firstOf([origins.level], oneOf(LOG_LEVELS), null);
  if (flags.verbose) return 'debug';
  if (level !== null) return level;
  const debug = firstOf([origins.debug], text, '0');
  if (debug !== '0' && debug !== 'false') return 'debug';
  return firstOf([origins.verbose], truth, false) ? 'debug' : 'info';
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
