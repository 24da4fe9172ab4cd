import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '../accounts.ts';
import type { Clock } from '../clock.ts';
import type { EmulatorSettings } from '../options.ts';

/** What a user allowed a client, and the refresh token that stands for it. */
export interface Grant {
  readonly account: Account;
  /** Null for a token that was there from the start: any client may use it. */
  readonly clientId: string | null;
  readonly scopes: readonly string[];
  readonly refreshToken: string;
  /** Milliseconds of the emulator's clock; null for never. */
  expires: number | null;
  revoked: boolean;
}

export interface AccessToken {
  readonly token: string;
  readonly grant: Grant;
  readonly scopes: readonly string[];
  expires: number;
}

export interface Code {
  readonly code: string;
  readonly account: Account;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly scopes: readonly string[];
  readonly offline: boolean;
  readonly expires: number;
}

const CODE_LIFE = 600_000;

/** Codes, refresh tokens and access tokens. */
export class Grants {
  readonly grants: Grant[] = [];
  readonly tokens = new Map<string, AccessToken>();
  readonly #codes = new Map<string, Code>();
  readonly #clock: Clock;
  readonly #settings: () => EmulatorSettings;

  constructor(clock: Clock, settings: () => EmulatorSettings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  makeCode(facts: Omit<Code, 'code' | 'expires'>): Code {
    const code: Code = { ...facts, code: `4/0emulator-${secret(24)}`, expires: this.#clock.now() + CODE_LIFE };
    this.#codes.set(code.code, code);
    return code;
  }

  /** A code can be taken once; null for one that is unknown, used or too old. */
  takeCode(text: string): Code | null {
    const code = this.#codes.get(text);
    this.#codes.delete(text);
    return code !== undefined && code.expires > this.#clock.now() ? code : null;
  }

  grant(account: Account, clientId: string | null, scopes: readonly string[], refreshToken?: string): Grant {
    const life = this.#settings().refreshTtl;
    const grant: Grant = {
      account,
      clientId,
      scopes,
      refreshToken: refreshToken ?? `1//emulator-${secret(32)}`,
      expires: life > 0 ? this.#clock.now() + life * 1000 : null,
      revoked: false,
    };
    this.grants.push(grant);
    return grant;
  }

  /** A grant whose token is good now. */
  find(refreshToken: string): Grant | null {
    const grant = this.grants.find(each => each.refreshToken === refreshToken);
    return grant !== undefined && this.#lives(grant) ? grant : null;
  }

  issue(grant: Grant, scopes: readonly string[] = grant.scopes): AccessToken {
    const token: AccessToken = {
      token: `ya29.emulator-${secret(48)}`,
      grant,
      scopes,
      expires: this.#clock.now() + this.#settings().tokenTtl * 1000,
    };
    this.tokens.set(token.token, token);
    return token;
  }

  /** An access token that is good now. */
  check(text: string): AccessToken | null {
    const token = this.tokens.get(text);
    return token !== undefined && token.expires > this.#clock.now() && !token.grant.revoked ? token : null;
  }

  /** Ends a grant by either of its tokens, as Google does; false when nobody knows the token. */
  revoke(text: string): boolean {
    const grant = this.tokens.get(text)?.grant ?? this.grants.find(each => each.refreshToken === text);
    if (grant === undefined || grant.revoked) return false;
    grant.revoked = true;
    return true;
  }

  #lives(grant: Grant): boolean {
    return !grant.revoked && (grant.expires === null || grant.expires > this.#clock.now());
  }
}

export function secret(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** What a verifier must have been turned into for the request: S256 of RFC 7636. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
