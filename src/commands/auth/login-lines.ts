import type { Style } from '../../core/command.ts';
import { DEFAULT_PROFILE, EMULATOR_PROFILE } from '../../core/profile.ts';
import type { LoginReport } from '../../operations/sign-in/login-report.ts';

/** The two lines that scripts read, and what is missing. */
export function loginLines(
  { account, tokenExpires, missingScopes, source, profile }: LoginReport & { readonly profile: string },
  style: Style,
): string {
  const who = account === null ? 'Authenticated (account not known)' : `Authenticated as ${account.id}`;
  const lines = [
    `${style.green('✓')} ${who}`,
    `  Token expires: ${tokenExpires?.replace(/\.\d+Z$/, 'Z') ?? 'not known'}`,
  ];
  if (source === 'adc') lines.push('  Login: that of gcloud');
  if (source === 'environment') lines.push('  Login: `LECODER_REFRESH_TOKEN`');
  if (missingScopes.includes('drive'))
    lines.push('  Not granted: drive; `lecoder-cgpu auth login --scopes drive` asks for it');
  return [...lines, ...profileLine(profile)].join('\n');
}

/** Only where one was chosen: whoever has a single account need not know that there are profiles. */
export function profileLine(profile: string): string[] {
  return profile === DEFAULT_PROFILE || profile === EMULATOR_PROFILE ? [] : [`  Profile: ${profile}`];
}
