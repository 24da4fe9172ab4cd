import { createHash } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { Failure } from '../core/failure.ts';
import { accessTokenName, clientMissing, type OAuthClient, type StoredLogin } from '../core/login.ts';
import type { IdentityParts } from './identity.ts';

interface Known {
  /** Under which its access tokens are cached. */
  readonly name: string;
  readonly account: Account | null;
  readonly scopes: readonly string[];
  readonly refusedAt: string | null;
}

/** What to go to Google with. */
export type Credential =
  | { readonly kind: 'none'; readonly failure: Failure }
  | (Known & { readonly kind: 'environment'; client(): OAuthClient; refreshToken(): string })
  | (Known & { readonly kind: 'session'; readonly stored: StoredLogin; client(): OAuthClient; refreshToken(): string })
  | (Known & { readonly kind: 'adc' });

type Parts = Pick<IdentityParts, 'host' | 'logins' | 'clients' | 'emulated'>;

/** `LECODER_REFRESH_TOKEN`, else the stored login. Reads files and asks nobody. */
export function chooseCredential(parts: Parts): Credential {
  const token = parts.host.env.LECODER_REFRESH_TOKEN?.trim();
  if (token) return fromEnvironment(token, parts);
  const stored = parts.logins.read();
  if (stored === null) return { kind: 'none', failure: notSignedIn() };
  const { account, scopes, refusedAt } = stored;
  const known = { name: accessTokenName(stored), account, scopes, refusedAt };
  if (stored.source === 'adc') {
    // an emulator's profile has no business with gcloud
    return parts.emulated ? { kind: 'none', failure: notSignedIn() } : { kind: 'adc', ...known };
  }
  return {
    kind: 'session',
    ...known,
    stored,
    client: () => clientFor('the stored login', parts),
    refreshToken: () => opened(stored),
  };
}

function fromEnvironment(token: string, parts: Parts): Credential {
  const mark = createHash('sha256').update(token).digest('hex').slice(0, 24);
  return {
    kind: 'environment',
    name: `environment ${mark}`,
    account: null,
    scopes: [],
    refusedAt: null,
    client: () => clientFor('`LECODER_REFRESH_TOKEN`', parts),
    refreshToken: () => token,
  };
}

function clientFor(whose: string, { clients }: Parts): OAuthClient {
  const client = clients.read();
  if (client === null)
    throw clientMissing(`${whose} can only be used with the OAuth client it was made with, and none is configured`);
  return client;
}

function opened({ refreshToken }: StoredLogin): string {
  if (refreshToken !== null) return refreshToken;
  throw new Failure(
    'invalidCredentials',
    'the stored login was sealed with another client secret than the one in `config.json`',
    {
      hints: [
        'bring `config.json` and `state/session.json` from the same machine',
        'or sign in here: `lecoder-cgpu auth login`',
      ],
    },
  );
}

/** The hint names both ways out: a sign-in, and a runtime that needs none. */
export function notSignedIn(): Failure {
  return new Failure('notAuthenticated', 'no Google account on this machine', {
    suggestion: 'run `lecoder-cgpu auth login`, or add `--runtime local`, which needs no account',
    hints: [
      'sign in with `lecoder-cgpu auth login`, or set `LECODER_REFRESH_TOKEN`',
      'or add `--runtime local`, which needs no account, or `--runtime jupyter --server <url>`',
    ],
  });
}
