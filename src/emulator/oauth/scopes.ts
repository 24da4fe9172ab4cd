const AUTH = 'https://www.googleapis.com/auth/';

export const SCOPE = {
  email: `${AUTH}userinfo.email`,
  profile: `${AUTH}userinfo.profile`,
  colaboratory: `${AUTH}colaboratory`,
  readonly: `${AUTH}colaboratory.readonly`,
  cloud: `${AUTH}cloud-platform`,
  driveFile: `${AUTH}drive.file`,
  drive: `${AUTH}drive`,
  driveReadonly: `${AUTH}drive.readonly`,
} as const;

const KNOWN: readonly string[] = ['openid', ...Object.values(SCOPE)];

/** Those nobody can untick on the page. */
const ALWAYS: readonly string[] = ['openid', SCOPE.email, SCOPE.profile];

export const EVERYTHING: readonly string[] = [
  'openid',
  SCOPE.email,
  SCOPE.profile,
  SCOPE.colaboratory,
  SCOPE.driveFile,
];

/** The scopes of a request in the form in which Google answers: short names in full, and `openid` with any of the profile ones. */
export function canonical(text: string): string[] {
  const full = text
    .split(/\s+/)
    .filter(word => word !== '')
    .map(word => (word === 'email' ? SCOPE.email : word === 'profile' ? SCOPE.profile : word));
  const all = full.some(scope => ALWAYS.includes(scope)) ? [...full, 'openid'] : full;
  return [...new Set(all)];
}

export function unknownScopes(scopes: readonly string[]): string[] {
  return scopes.filter(scope => !KNOWN.includes(scope));
}

/** What is granted of what was asked for, when only `ticked` were left ticked. */
export function ticked(asked: readonly string[], left: readonly string[]): string[] {
  return asked.filter(scope => ALWAYS.includes(scope) || left.includes(scope));
}

export function canBeUnticked(scope: string): boolean {
  return !ALWAYS.includes(scope);
}
