import type { Identity, Login, SCOPES } from '../core/account.ts';
import type { Host } from '../core/host.ts';
import type { Log } from '../core/log.ts';
import type { AccessToken, AccessTokens, ClientStore, GoogleAccounts, LoginStore } from '../core/login.ts';
import { missingScope, scopesMissing } from '../core/scopes.ts';
import type { Locks } from '../core/services.ts';
import { type Credential, chooseCredential } from './credential.ts';
import { learnAccount, renew } from './renew.ts';

export interface IdentityParts {
  readonly host: Host;
  readonly logins: LoginStore;
  readonly clients: ClientStore;
  readonly tokens: AccessTokens;
  readonly locks: Locks;
  readonly log: Log;
  /** With an emulator: the session of its own profile, and never gcloud's credentials. */
  readonly emulated: boolean;
  readonly google: GoogleAccounts;
}

/** Who we are to Google: `LECODER_REFRESH_TOKEN`, else the stored login. Never starts a sign-in. */
export function identity(parts: IdentityParts): Identity {
  /** What this process handed out last: a token the server refused is told from one that another process fetched since. */
  let handedOut: string | null = null;

  const current = () => chooseCredential(parts);
  const isFresh = (token: AccessToken) => parts.host.now() < token.renewFrom;

  const find = async (signal: AbortSignal, fresh: boolean): Promise<AccessToken> => {
    const cached = lookUp(current(), parts);
    if (cached !== null && isFresh(cached) && !fresh) return cached;
    const refused = fresh ? (handedOut ?? cached?.token ?? null) : null;
    const work = async () => {
      const credential = current(); // another process may have signed in, or refreshed, while we waited
      const found = lookUp(credential, parts);
      if (found !== null && isFresh(found) && found.token !== refused) return found;
      return renew(credential, { parts, found, fresh, signal });
    };
    return parts.locks.hold('access-token', work, signal);
  };

  return {
    login: () => describe(current(), parts),
    async accessToken(signal, { fresh } = { fresh: false }) {
      handedOut = (await find(signal, fresh)).token;
      return handedOut;
    },
    async account(signal) {
      const login = describe(current(), parts);
      if (login === null || login.account !== null) return login?.account ?? null;
      return learnAccount(current(), await find(signal, false), parts, signal);
    },
    require(scope: keyof typeof SCOPES) {
      const login = describe(current(), parts);
      if (login !== null && scopesMissing(login.scopes, [scope]).length > 0) throw missingScope(scope, login);
    },
  };
}

function lookUp(credential: Credential, { tokens }: IdentityParts): AccessToken | null {
  // with the login its access tokens end, too
  return credential.kind === 'none' || credential.refusedAt !== null ? null : tokens.get(credential.name);
}

function describe(credential: Credential, { tokens }: IdentityParts): Login | null {
  if (credential.kind === 'none') return null;
  // opening it costs; what a stored login says about itself is enough
  const known = credential.account === null ? tokens.get(credential.name) : null;
  return {
    account: credential.account ?? known?.account ?? null,
    scopes: credential.scopes.length > 0 ? credential.scopes : (known?.scopes ?? []),
    source: credential.kind,
    tokenExpires: known?.expires ?? tokens.expires(credential.name),
  };
}
