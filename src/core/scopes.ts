import { type Login, SCOPES } from './account.ts';
import { Failure } from './failure.ts';
import type { ScopeName } from './login.ts';

/** Google answers with either form. */
const SAME: Readonly<Record<string, string>> = { email: SCOPES.email, profile: SCOPES.profile };

/** Which of these were not granted. Nothing is missing where nothing is known. */
export function scopesMissing(granted: readonly string[], wanted: readonly ScopeName[]): ScopeName[] {
  if (granted.length === 0) return [];
  const have = new Set(granted.map(scope => SAME[scope] ?? scope));
  return wanted.filter(name => !have.has(SCOPES[name]));
}

const USE: Readonly<Record<ScopeName, string>> = {
  profile: 'your name',
  email: 'your address',
  colaboratory: 'Colab',
  drive: 'notebooks in Drive',
};

export const SCOPE_NAMES = Object.keys(SCOPES) as ScopeName[];

/** Without these nothing works: Colab's session service wants to know the address. */
export const NEEDED: readonly ScopeName[] = ['email', 'colaboratory'];

/** `drive (notebooks in Drive)` and the like, for a message. */
export function scopeList(names: readonly ScopeName[]): string {
  return names.map(name => `\`${name}\` (${USE[name]})`).join(' and ');
}

/** What is missing, and how to grant it alone. */
export function missingScope(scope: ScopeName, { source }: Pick<Login, 'source'>): Failure {
  const hints = {
    session: [`grant it with \`lecoder-cgpu auth login --scopes ${scope}\`; what was granted before stays`],
    adc: [`renew gcloud's login with it: \`${gcloudCommand([scope])}\``],
    environment: [
      `make a refresh token that has it: \`lecoder-cgpu auth login --scopes ${scope}\`, then \`lecoder-cgpu auth export\``,
    ],
  }[source];
  return new Failure('insufficientScopes', `the login does not cover ${USE[scope]} (scope \`${scope}\`)`, { hints });
}

/** gcloud refuses lists without `openid` and `cloud-platform`, and takes full names only. */
export function gcloudCommand(more: readonly ScopeName[] = []): string {
  const names = [...new Set<ScopeName>(['email', 'colaboratory', ...more])].map(name => SCOPES[name]);
  const scopes = ['openid', 'https://www.googleapis.com/auth/cloud-platform', ...names];
  return `gcloud auth application-default login --scopes=${scopes.join(',')}`;
}
