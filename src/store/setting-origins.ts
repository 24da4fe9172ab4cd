import type { SettingState } from '../core/config.ts';
import type { Host } from '../core/host.ts';
import { SETTINGS, type SettingKey, type SettingSpec, type SettingValue } from '../core/setting-list.ts';
import type { GlobalFlags } from '../core/settings.ts';
import { address, number, type Origin, oneOf, type Reader, text, truth } from './setting-values.ts';

/** Where settings come from. */
export interface Sources {
  readonly host: Host;
  readonly flags: GlobalFlags;
  readonly path: string;
  /** What stands in `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A place a setting may come from, and which kind of place it is. */
export interface PlacedOrigin extends Origin {
  readonly kind: SettingState['origin'];
  readonly from: string;
}

/** Timers count milliseconds in 31 bits: 24 days. */
const LONGEST_SECONDS = 2_147_483;
const SECONDS = number(`a number of seconds from 0 (no limit) to ${LONGEST_SECONDS}`, {
  least: 0,
  most: LONGEST_SECONDS,
  whole: false,
});
const COUNT = number('a whole number from 0 to 1000000', { least: 0, most: 1_000_000, whole: true });

/** How a setting's value is read from wherever it stands. */
export function readerOf({ kind, choices }: SettingSpec): Reader<string | number | boolean> {
  switch (kind) {
    case 'choice':
      return oneOf(choices ?? []);
    case 'seconds':
      return SECONDS;
    case 'count':
      return COUNT;
    case 'truth':
      return truth;
    case 'address':
      return address;
    case 'text':
      return text;
  }
}

/** The first place that says something about a setting: flag, environment, `config.json`. An empty variable says nothing. */
export function findOrigin(key: SettingKey, { host, flags, path, config }: Sources): PlacedOrigin | null {
  const { flag, variables = [], fallbacks = [] }: SettingSpec = SETTINGS[key];
  const inEnvironment = (names: readonly string[]): PlacedOrigin | null => {
    const found = names.find(name => says(host.env[name]));
    if (found === undefined) return null;
    return { kind: 'environment', from: found, name: `\`${found}\``, value: host.env[found] };
  };
  if (flag !== undefined && says(flags[flag])) {
    return { kind: 'flag', from: `--${flag}`, name: `\`--${flag}\``, value: flags[flag] };
  }
  const variable = inEnvironment(variables);
  if (variable !== null) return variable;
  if (says(config[key])) return { kind: 'config', from: path, name: `\`${key}\` in \`${path}\``, value: config[key] };
  return host.env.LECODER_EMULATOR ? null : inEnvironment(fallbacks);
}

/** The value that holds. Throws a `usage` failure for one that cannot be used. */
export function settled<Key extends SettingKey>(key: Key, sources: Sources): SettingValue<Key> {
  const spec: SettingSpec = SETTINGS[key];
  const origin = findOrigin(key, sources);
  // the list says what each kind gives
  return (origin === null ? spec.default : readerOf(spec)(origin)) as SettingValue<Key>;
}

function says(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
