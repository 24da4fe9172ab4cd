import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { checkProfileName, DEFAULT_PROFILE, EMULATOR_PROFILE } from '../core/profile.ts';
import type { StatePaths } from '../core/services.ts';

/** What decides where settings and state are. */
export interface PlaceFlags {
  readonly config: string | null;
  readonly profile?: string | null;
}

/** The files below the folder of this `config.json`. */
export function pathsBeside(config: string): StatePaths {
  const root = dirname(config);
  const state = join(root, 'state');
  return {
    config,
    tokens: join(root, 'tokens.json'),
    state,
    sessions: join(state, 'sessions.json'),
    login: join(state, 'session.json'),
    history: join(state, 'history.jsonl'),
    logs: join(state, 'logs'),
  };
}

/**
 * Where settings and state are kept: the config folder; with `--config` the folder of that file; with a profile `profiles/<name>` below it.
 * What belongs to the emulator is kept apart below each: stored Google credentials must never meet it. Throws `usage` failures.
 */
export function statePaths(host: Host, flags: PlaceFlags): StatePaths {
  const config = profileConfig(host, flags);
  return pathsBeside(host.env.LECODER_EMULATOR ? inProfile(config, EMULATOR_PROFILE) : config);
}

/**
 * The chosen profile: `--profile`, else `LECODER_PROFILE`, which says nothing beside `--config`. `default` is none; without a choice
 * it is `emulator` when there is one. Throws a `usage` failure for a name that cannot be one.
 */
export function profileOf(host: Host, flags: PlaceFlags): string {
  const chosen = chosenProfile(host, flags);
  return chosen === DEFAULT_PROFILE && host.env.LECODER_EMULATOR ? EMULATOR_PROFILE : chosen;
}

/** The `config.json` of this profile, whose own folder is below the one of `config`. */
export function inProfile(config: string, profile: string): string {
  return profile === DEFAULT_PROFILE ? config : join(dirname(config), 'profiles', profile, 'config.json');
}

/** The `config.json` of the chosen profile, not the emulator's. */
export function profileConfig(host: Host, flags: PlaceFlags): string {
  return inProfile(rootConfig(host, flags), chosenProfile(host, flags));
}

/** The `config.json` of the default profile. */
export function rootConfig(host: Host, { config }: PlaceFlags): string {
  if (config === null) return join(host.folders.config, 'config.json');
  const given = resolve(host.folders.work, config);
  const found = statSync(given, { throwIfNoEntry: false });
  if (found === undefined) {
    // a typing error would silently start a second life
    throw new Failure('usage', `\`--config\` names \`${given}\`, which does not exist`, {
      hints: ['create it first; `{}` is enough'],
    });
  }
  return found.isDirectory() ? join(given, 'config.json') : given;
}

function chosenProfile({ env }: Host, { config, profile = null }: PlaceFlags): string {
  if (profile !== null) {
    if (config !== null) throw new Failure('usage', '`--config` and `--profile` both say where settings are: give one');
    return checkProfileName(profile, '--profile');
  }
  const fromEnvironment = config === null ? env.LECODER_PROFILE : undefined;
  return fromEnvironment ? checkProfileName(fromEnvironment, 'LECODER_PROFILE') : DEFAULT_PROFILE;
}
