import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { DEFAULT_PROFILE, EMULATOR_PROFILE, type ProfileSummary } from '../core/profile.ts';
import { nearest } from '../util/nearest.ts';
import { readText } from './atomic-file.ts';
import { isRecord } from './json-file.ts';
import { inProfile, type PlaceFlags, pathsBeside, profileConfig, profileOf, rootConfig } from './state-paths.ts';

/**
 * Throws a `usage` failure when the chosen profile has no folder yet, so that a typing error starts no second life. Reads nothing where
 * no profile was chosen.
 */
export function requireProfile(host: Host, flags: PlaceFlags): void {
  const name = profileOf(host, flags);
  if (name === DEFAULT_PROFILE || name === EMULATOR_PROFILE) return;
  if (existsSync(dirname(profileConfig(host, flags)))) return;
  const guess = nearest(name, namesBelow(rootConfig(host, flags)));
  throw new Failure('usage', `there is no profile \`${name}\``, {
    hints: [
      ...(guess === null ? [] : [`did you mean \`${guess}\`?`]),
      `\`lecoder-cgpu auth login --profile ${name}\` makes it; \`lecoder-cgpu auth list\` lists those there are`,
    ],
  });
}

function namesBelow(root: string): readonly string[] {
  try {
    const entries = readdirSync(join(dirname(root), 'profiles'), { withFileTypes: true });
    return entries
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

/**
 * All profiles with files, the default one first; with an emulator each with what it has there. A damaged login counts as none: it is
 * said when it is used.
 */
export function listProfiles(host: Host, flags: PlaceFlags): readonly ProfileSummary[] {
  const root = rootConfig(host, flags);
  const current = profileOf(host, flags);
  const emulated = Boolean(host.env.LECODER_EMULATOR);
  return [DEFAULT_PROFILE, ...namesBelow(root).filter(name => name !== EMULATOR_PROFILE)].map(folder => {
    const name = emulated && folder === DEFAULT_PROFILE ? EMULATOR_PROFILE : folder;
    const own = inProfile(root, folder);
    const path = emulated ? inProfile(own, EMULATOR_PROFILE) : own;
    return { name, current: name === current, ...loginBeside(path), path };
  });
}

function loginBeside(config: string): Pick<ProfileSummary, 'account' | 'signedIn'> {
  try {
    const login: unknown = JSON.parse(readText(pathsBeside(config).login) ?? 'null');
    if (!isRecord(login)) return { account: null, signedIn: false };
    const account = isRecord(login.account) && typeof login.account.id === 'string' ? login.account.id : null;
    return { account, signedIn: typeof login.refusedAt !== 'string' };
  } catch {
    return { account: null, signedIn: false };
  }
}
