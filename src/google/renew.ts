import type { Account } from '../core/account.ts';
import { Failure, isFailure } from '../core/failure.ts';
import type { AccessToken, Grant, OAuthClient } from '../core/login.ts';
import { gcloudCommand } from '../core/scopes.ts';
import type { Credential } from './credential.ts';
import type { IdentityParts } from './identity.ts';

export interface Renewal {
  readonly parts: IdentityParts;
  /** The cached token, if there is one. */
  readonly found: AccessToken | null;
  /** The cached one was refused. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
}

/** Fetches an access token and keeps it. Throws what `Identity.accessToken` throws. Only one process at a time comes here. */
export async function renew(credential: Credential, { parts, found, fresh, signal }: Renewal): Promise<AccessToken> {
  if (credential.kind === 'none') throw credential.failure;
  const { client, refreshToken } = usable(credential, parts);
  const started = parts.host.monotonic();
  let grant: Grant;
  try {
    grant = await parts.google.refresh(client, refreshToken, signal);
  } catch (error) {
    if (isFailure(error, 'tokenExpired')) throw await refused(error, credential, parts);
    const passing = isFailure(error, 'connectionTimeout', 'apiUnavailable', 'rateLimited');
    // the old one is good for a few minutes more, and the network may be back by then
    if (passing && found !== null && !fresh) return found;
    throw error;
  }
  const token = { ...grant.access, account: credential.account ?? found?.account ?? null };
  const ms = Math.round(parts.host.monotonic() - started);
  parts.log.write('debug', 'api', 'access token refreshed', { source: credential.kind, ms });
  await keep(credential, grant.refreshToken, token, parts);
  return token;
}

type Known = Exclude<Credential, { kind: 'none' }>;

/** What a refresh takes. Throws `tokenExpired` for a login that Google has refused before, `invalidCredentials`. */
function usable(credential: Known, { google }: IdentityParts): { client: OAuthClient; refreshToken: string } {
  if (credential.refusedAt !== null) {
    const who = credential.account?.id ?? 'this machine';
    throw new Failure('tokenExpired', `Google stopped accepting the login of ${who} (seen ${credential.refusedAt})`, {
      hints: [wayOut(credential)],
    });
  }
  if (credential.kind === 'adc') return google.defaultCredentials();
  return { client: credential.client(), refreshToken: credential.refreshToken() };
}

/** The login is over: noted where it is stored, and said with the way out that fits. */
async function refused(failure: Failure, credential: Known, { logins, host }: IdentityParts): Promise<Failure> {
  if (credential.kind === 'session') await logins.markRefused(credential.stored, host.now());
  const [, ...more] = failure.facts.hints ?? [];
  return new Failure('tokenExpired', failure.message, { ...failure.facts, hints: [wayOut(credential), ...more] });
}

function wayOut({ kind }: Known): string {
  if (kind === 'environment')
    return 'set another `LECODER_REFRESH_TOKEN`: sign in somewhere, then `lecoder-cgpu auth export`';
  if (kind === 'adc') return `renew gcloud's login: \`${gcloudCommand()}\``;
  return 'run `lecoder-cgpu auth login`';
}

/** Asks whose token it is and keeps the answer with it. Null when it may not be said. */
export async function learnAccount(
  credential: Credential,
  token: AccessToken,
  parts: IdentityParts,
  signal: AbortSignal,
): Promise<Account | null> {
  if (credential.kind === 'none') return null;
  if (token.account !== null) return token.account;
  try {
    const account = await parts.google.account(token.token, signal);
    await keep(credential, null, { ...token, account }, parts);
    return account;
  } catch (error) {
    if (isFailure(error, 'insufficientScopes')) return null;
    throw error;
  }
}

/** What cannot be written costs a refresh a command, and nothing else. */
async function keep(
  credential: Known,
  refreshToken: string | null,
  token: AccessToken,
  { tokens, logins, log }: IdentityParts,
): Promise<void> {
  try {
    // Google may hand out another refresh token and retire the old one
    if (credential.kind === 'session' && refreshToken !== null)
      await logins.save({ ...credential.stored, refreshToken });
    await tokens.put(credential.name, token);
  } catch (error) {
    if (!isFailure(error, 'permissionDenied', 'ioError')) throw error;
    log.write('warn', 'api', error.message);
  }
}
