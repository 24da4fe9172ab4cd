/** A Google account as we know it. `id` is the address. */
export interface Account {
  readonly id: string;
  readonly label: string;
}

/** Scopes by the short names people see; what each is for stands beside it. */
export const SCOPES = {
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
  email: 'https://www.googleapis.com/auth/userinfo.email',
  colaboratory: 'https://www.googleapis.com/auth/colaboratory',
  drive: 'https://www.googleapis.com/auth/drive.file',
} as const;

/** What is known of a sign-in without asking anybody. */
export interface Login {
  /** Null for a bare refresh token whose account nobody has asked for yet. */
  readonly account: Account | null;
  /** Those that were granted, in full form; empty when not known. */
  readonly scopes: readonly string[];
  readonly source: 'session' | 'environment' | 'adc';
  /** When the cached access token ends; null when none is cached. */
  readonly tokenExpires: Date | null;
}

/** Who we are to Google. Implemented by `google/`. Nothing here ever starts a sign-in. */
export interface Identity {
  /** Null when there is none. One that Google has refused since is there: `accessToken` says so, without asking again. */
  login(): Login | null;
  /**
   * A token good for the next minutes, from the cache, or refreshed: once, also under ten parallel commands. `fresh`
   * asks for another than the cached one (the server refused it). Throws `notAuthenticated`, `tokenExpired` (only
   * `invalid_grant`: the stored login is then marked invalid), `invalidCredentials`, `connectionTimeout`, `apiUnavailable`.
   */
  accessToken(signal: AbortSignal, options?: { readonly fresh: boolean }): Promise<string>;
  /**
   * Whose login it is. A bare refresh token does not say: then Google is asked, once while an access token lives. Null when there is no login,
   * and when it may not be known. Throws what `accessToken` throws.
   */
  account(signal: AbortSignal): Promise<Account | null>;
  /** Throws `insufficientScopes`, naming what is missing and the command that asks for it. */
  require(scope: keyof typeof SCOPES): void;
}

/** What the account may use and has left. Null where the service does not say. Units are compute units. */
export interface Plan {
  readonly tier: 'free' | 'pro' | 'pro+' | null;
  readonly balance: number | null;
  readonly ratePerHour: number | null;
  readonly hoursLeft: number | null;
  readonly eligibleGpus: readonly string[];
  readonly eligibleTpus: readonly string[];
  readonly machines: number | null;
  /** Machines it may hold at a time, where that was learned. */
  readonly limit?: number | null;
  /** What can be used without paying, where the account has such an allowance. */
  readonly free?: { readonly units: number; readonly refillsAt: string | null } | null;
}
