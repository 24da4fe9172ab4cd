import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { StatePaths } from '../core/services.ts';

/** What belongs to the emulator is kept apart: stored Google credentials must never meet it. */
const EMULATOR_PROFILE = join('profiles', 'emulator', 'config.json');

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
 * Where settings and state are kept. `--config` names another `config.json`, or the folder of one, and everything else is beside it.
 * Throws a `usage` failure when it names nothing that is there: a typing error would silently start a second life.
 */
export function statePaths(host: Host, flags: { readonly config: string | null }): StatePaths {
  const emulated = Boolean(host.env.LECODER_EMULATOR);
  if (flags.config === null) {
    return pathsBeside(join(host.folders.config, emulated ? EMULATOR_PROFILE : 'config.json'));
  }
  const given = resolve(host.folders.work, flags.config);
  const found = statSync(given, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new Failure('usage', `\`--config\` names \`${given}\`, which does not exist`, {
      hints: ['create it first; `{}` is enough'],
    });
  }
  const config = found.isDirectory() ? join(given, 'config.json') : given;
  return pathsBeside(emulated ? join(dirname(config), EMULATOR_PROFILE) : config);
}
