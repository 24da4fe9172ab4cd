import type { Account, Login } from '../../core/account.ts';
import type { ScopeName, StoredLogin } from '../../core/login.ts';
import type { ErrorReport } from '../../core/run-report.ts';
import { SCOPE_NAMES, scopesMissing } from '../../core/scopes.ts';

/** What is known of a login, for people and programs. Holds no secret. */
export interface LoginReport {
  readonly authenticated: boolean;
  readonly account: Account | null;
  /** Granted, in full form; empty when not known. */
  readonly scopes: readonly string[];
  /** By their short names. */
  readonly missingScopes: readonly ScopeName[];
  /** ISO 8601: when the access token at hand ends; null when there is none. */
  readonly tokenExpires: string | null;
  readonly source: Login['source'] | null;
}

/** A `LoginReport` of somebody who is not signed in, as the object of a failure. */
export interface NoLogin extends LoginReport {
  readonly success: false;
  readonly status: 'error';
  readonly errorCode: number;
  readonly error: ErrorReport;
}

export const NOBODY: LoginReport = {
  authenticated: false,
  account: null,
  scopes: [],
  missingScopes: [],
  tokenExpires: null,
  source: null,
};

export function loginReport({ account, scopes, source, tokenExpires }: Login): LoginReport {
  return {
    authenticated: true,
    account,
    scopes,
    missingScopes: scopesMissing(scopes, SCOPE_NAMES),
    tokenExpires: tokenExpires?.toISOString() ?? null,
    source,
  };
}

export function storedReport(login: StoredLogin, tokenExpires: Date | null): LoginReport {
  return loginReport({ ...login, tokenExpires });
}
