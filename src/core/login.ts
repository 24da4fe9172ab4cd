import type { Account, SCOPES } from './account.ts';
import { Failure } from './failure.ts';

export type ScopeName = keyof typeof SCOPES;

/** An OAuth client of the kind "Desktop app". Its secret ships with programs and protects nothing at Google; here it seals files. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
}

/** The login in `state/session.json`. Holds secrets: never print it. */
export interface StoredLogin {
  readonly id: string;
  /** Null with `adc`, where gcloud keeps it, and where the key that sealed it is not here. */
  readonly refreshToken: string | null;
  /** In full form, those that were granted; empty when not known. */
  readonly scopes: readonly string[];
  readonly account: Account | null;
  readonly source: 'session' | 'adc';
  /** When Google answered `invalid_grant` (ISO 8601); null while it is good. */
  readonly refusedAt: string | null;
}

/** Under which the access tokens of a stored login are cached. */
export function accessTokenName({ source, id, account }: Pick<StoredLogin, 'source' | 'id' | 'account'>): string {
  return `${source} ${id} ${account?.id ?? ''}`.trimEnd();
}

/** No OAuth client, and nobody to ask for one. */
export function clientMissing(message: string): Failure {
  return new Failure('invalidCredentials', message, {
    hints: [
      'set `clientId` and `clientSecret` in `config.json`, or `LECODER_CLIENT_ID` and `LECODER_CLIENT_SECRET` in the environment',
      'or use the login of gcloud, which needs no client of your own: `lecoder-cgpu auth login --adc`',
    ],
  });
}

/** `state/session.json`. */
export interface LoginStore {
  /** Null when there is none. A file that cannot be used is moved aside with a warning. */
  read(): StoredLogin | null;
  /** Replaces the login as a whole; what was cached for the old one is forgotten. */
  save(login: StoredLogin): Promise<void>;
  /** Marks this login as refused by Google, unless it was replaced meanwhile. The file stays. */
  markRefused(login: StoredLogin, at: Date): Promise<void>;
  /** True when there was one. Also forgets every cached token and every cached way in to Colab's machines. */
  remove(): Promise<boolean>;
  /** The plain refresh token of a sealed one (`v1.…`); a plain one as it is; null when it was sealed with another key. */
  unseal(refreshToken: string): string | null;
}

/** The OAuth client: `clientId` and `clientSecret` of `config.json`, else of the environment. */
export interface ClientStore {
  /** Throws a `usage` failure for a broken `config.json` and for half a client. */
  read(): OAuthClient | null;
  /** The default profile's client, for another profile that has none: to be saved there before it seals anything. */
  lent(): OAuthClient | null;
  /** Writes the two keys and leaves all others as they are. */
  save(client: OAuthClient): Promise<void>;
  /** Removes the two keys; true when they were there. */
  forget(): Promise<boolean>;
}

/** An access token with what is known about it. Holds a secret: never print it. */
export interface AccessToken {
  readonly token: string;
  readonly expires: Date;
  /** From then on a new one should be fetched. */
  readonly renewFrom: Date;
  /** Granted, in full form; empty when Google did not say. */
  readonly scopes: readonly string[];
  readonly account: Account | null;
}

/** Access tokens in `tokens.json`, sealed: a cache, safe to delete. */
export interface AccessTokens {
  /** When the token ends, without opening it; null when there is none that lives. */
  expires(name: string): Date | null;
  get(name: string): AccessToken | null;
  put(name: string, token: AccessToken): Promise<void>;
  clear(): Promise<void>;
}

/** A sign-in between its two commands, sealed in `tokens.json`. */
export interface PendingSignIns {
  read(): PendingSignIn | null;
  put(pending: PendingSignIn, expires: Date): Promise<void>;
  drop(): Promise<void>;
}

/** A sign-in that was begun: what has to be at hand when the browser comes back. Holds secrets: never print the verifier. */
export interface PendingSignIn {
  /** The page to open. */
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly scopes: readonly ScopeName[];
  readonly widen: string | null;
}

export interface ConsentWish {
  readonly scopes: readonly ScopeName[];
  readonly redirectUri: string;
  readonly selectAccount: boolean;
  /** Address of the account whose grants are to be widened; null for a sign-in of its own. */
  readonly widen: string | null;
}

/** What Google gives for a code or a refresh token. Holds secrets: never print it. */
export interface Grant {
  readonly access: AccessToken;
  /** Null when the old one stays good. */
  readonly refreshToken: string | null;
}

/** A browser's way back to this process. */
export interface Landing {
  readonly redirectUri: string;
  /**
   * The code that came with this state. Requests of strangers are answered and otherwise ignored. `reply` shows how it ended and has to be called.
   * Throws `notAuthenticated` when access was denied, `connectionTimeout` after five minutes.
   */
  code(state: string, signal: AbortSignal): Promise<{ readonly code: string; reply(success: boolean): Promise<void> }>;
  close(): Promise<void>;
}

/** gcloud's application default credentials of a person. */
export interface DefaultCredentials {
  readonly client: OAuthClient;
  readonly refreshToken: string;
}

/** Google's sign-in service. All methods throw `connectionTimeout`, `apiUnavailable`, `rateLimited` for what happens on the way. */
export interface GoogleAccounts {
  begin(client: OAuthClient, wish: ConsentWish): Promise<PendingSignIn>;
  listen(): Promise<Landing>;
  /** Throws `invalidCredentials` when Google takes the code, the verifier or the client for wrong. */
  exchange(client: OAuthClient, pending: PendingSignIn, code: string, signal: AbortSignal): Promise<Grant>;
  /** Throws `tokenExpired` for `invalid_grant` and for nothing else, `invalidCredentials` when the client is wrong. */
  refresh(client: OAuthClient, refreshToken: string, signal: AbortSignal): Promise<Grant>;
  /** Whose token it is. Throws `insufficientScopes` when it may not be known. */
  account(accessToken: string, signal: AbortSignal): Promise<Account>;
  /** Ends a refresh token and all access tokens made from it. False when Google knows no such token any more. */
  revoke(token: string, signal: AbortSignal): Promise<boolean>;
  /** Opens a page in the user's browser; false when there is none here. */
  openBrowser(url: string): Promise<boolean>;
  /** Throws `notAuthenticated` when gcloud has none, `invalidCredentials` for another kind than a person's, `usage` with the emulator. */
  defaultCredentials(): DefaultCredentials;
}

/** What signing in and out works with. */
export interface AccountParts {
  readonly google: GoogleAccounts;
  readonly logins: LoginStore;
  readonly clients: ClientStore;
  readonly tokens: AccessTokens;
  readonly pending: PendingSignIns;
}
