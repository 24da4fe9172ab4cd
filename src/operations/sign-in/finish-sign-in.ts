import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import {
  type AccountParts,
  accessTokenName,
  type Grant,
  type PendingSignIn,
  type StoredLogin,
} from '../../core/login.ts';
import { NEEDED, scopeList, scopesMissing } from '../../core/scopes.ts';
import type { Services } from '../../core/services.ts';
import type { ChosenClient } from './choose-client.ts';
import { type LoginReport, storedReport } from './login-report.ts';
import { liveLogin } from './replace-login.ts';

/** What a sign-in works with. */
export interface SignInParts {
  readonly services: Services;
  readonly accounts: AccountParts;
  readonly report: Report;
  readonly signal: AbortSignal;
}

interface Return {
  readonly client: ChosenClient;
  readonly pending: PendingSignIn;
  readonly code: string;
}

/** Turns the code into a login and stores it. */
export async function finish(
  { client, pending, code }: Return,
  { accounts, services, report, signal }: SignInParts,
): Promise<LoginReport> {
  const grant = await accounts.google.exchange(client, pending, code, signal);
  const scopes = checkScopes(grant, pending, report);
  const account = await accounts.google.account(grant.access.token, signal);
  const before = pending.widen === null ? null : liveLogin(accounts.logins);
  if (pending.widen !== null && pending.widen !== account.id) {
    throw new Failure('invalidCredentials', `more was to be granted by ${pending.widen}, but ${account.id} signed in`, {
      hints: ['to change the account: `lecoder-cgpu auth login --select-account`'],
    });
  }
  const refreshToken = grant.refreshToken ?? before?.refreshToken ?? null;
  if (refreshToken === null) {
    throw new Failure('invalidCredentials', 'Google gave no refresh token', {
      hints: ['take the access away at `https://myaccount.google.com/permissions`, then sign in again'],
    });
  }
  const login: StoredLogin = {
    id: services.host.uuid(),
    refreshToken,
    scopes,
    account,
    source: 'session',
    refusedAt: null,
  };
  // the client first: its secret is the key
  if (client.typed) await accounts.clients.save(client);
  await accounts.logins.save(login);
  await accounts.tokens.put(accessTokenName(login), { ...grant.access, scopes, account });
  if (services.host.env.LECODER_REFRESH_TOKEN) void report(OVERRULED);
  return storedReport(login, grant.access.expires);
}

const OVERRULED = {
  type: 'warning',
  text: '`LECODER_REFRESH_TOKEN` is set and wins over this login',
  hint: 'unset it to use the login',
} as const;

/** What was granted. Refuses what cannot work; names what is missing and can be missed. */
function checkScopes({ access }: Grant, { scopes: wanted, widen }: PendingSignIn, report: Report): readonly string[] {
  const missing = scopesMissing(access.scopes, wanted);
  const fatal = missing.filter(name => widen !== null || NEEDED.includes(name));
  if (fatal.length > 0) {
    throw new Failure('insufficientScopes', `Google did not grant ${scopeList(fatal)}`, {
      hints: ['sign in again and leave the box for it ticked: `lecoder-cgpu auth login`'],
    });
  }
  for (const name of missing.filter(each => each !== 'profile')) {
    void report({
      type: 'warning',
      text: `not granted: ${scopeList([name])}; everything else works`,
      hint: `grant it later with \`lecoder-cgpu auth login --scopes ${name}\``,
    });
  }
  return access.scopes;
}
