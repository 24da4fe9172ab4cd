import type { Account } from '../core/account.ts';
import { Failure } from '../core/failure.ts';
import type { Grant } from '../core/login.ts';
import { redactText } from '../util/redact.ts';
import type { GoogleAnswer } from './ask-google.ts';

/** A token is renewed so long before its end, or after nine tenths of its life where that is longer. */
const EARLY_MS = 5 * 60_000;

/** What a good answer of the token endpoint gives. Throws `apiUnavailable` when it lacks what the protocol promises. */
export function readGrant(answer: GoogleAnswer, now: Date): Grant {
  const { access_token: token, expires_in: seconds, scope, refresh_token: refreshToken } = answer.body ?? {};
  const life = Number(seconds) * 1000;
  if (typeof token !== 'string' || token === '' || !(life > 0)) {
    throw new Failure('apiUnavailable', 'Google answered without an access token', { retryable: false });
  }
  const early = Math.min(EARLY_MS, life / 10);
  return {
    access: {
      token,
      expires: new Date(now.getTime() + life),
      renewFrom: new Date(now.getTime() + life - early),
      scopes: typeof scope === 'string' ? scope.split(' ').filter(name => name !== '') : [],
      account: null,
    },
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : null,
  };
}

/** Whose token it is. Throws `insufficientScopes` when it may not be said. */
export function readAccount({ status, body }: GoogleAnswer): Account {
  const { email, name } = body ?? {};
  if (status >= 300 || typeof email !== 'string' || email === '')
    throw new Failure('insufficientScopes', 'this login may not say whose it is (scope `email`)');
  return { id: email, label: typeof name === 'string' && name !== '' ? name : email };
}

const SIGN_IN = 'run `lecoder-cgpu auth login`';

/** Why a refresh was refused. `invalid_grant` alone means the login itself is over. */
export function refreshFailure(answer: GoogleAnswer): Failure {
  const { error, error_subtype: subtype } = answer.body ?? {};
  if (error !== 'invalid_grant' || ![400, 401].includes(answer.status)) return clientFailure(answer);
  const organisation = subtype === 'invalid_rapt';
  const message = organisation
    ? 'your organisation wants you to sign in to Google again'
    : 'Google no longer accepts the refresh token: it was revoked or has expired';
  const why =
    'the token of an OAuth client in testing mode ends after seven days; publish the client to keep it longer';
  return new Failure('tokenExpired', message, { hints: organisation ? [SIGN_IN] : [SIGN_IN, why] });
}

/** Why a code was refused. */
export function exchangeFailure(answer: GoogleAnswer): Failure {
  if (answer.body?.error !== 'invalid_grant') return clientFailure(answer);
  return new Failure(
    'invalidCredentials',
    'Google does not accept the code: it was used before, is too old, or belongs to another sign-in',
    {
      hints: ['begin again with `lecoder-cgpu auth login`'],
    },
  );
}

function clientFailure({ status, body }: GoogleAnswer): Failure {
  const { error, error_description: description } = body ?? {};
  const facts = typeof description === 'string' ? { details: redactText(description).slice(0, 300) } : {};
  const name = typeof error === 'string' && /^[\w.-]{1,60}$/.test(error) ? error : `status ${status}`;
  if (error === 'invalid_client' || error === 'unauthorized_client') {
    return new Failure(
      'invalidCredentials',
      `Google does not know this OAuth client, or the refresh token belongs to another one (${name})`,
      {
        ...facts,
        hints: [
          'check `clientId` and `clientSecret` in `config.json`, or `LECODER_CLIENT_ID` and `LECODER_CLIENT_SECRET`',
          'a refresh token works only with the client it was made with',
        ],
      },
    );
  }
  return new Failure('invalidCredentials', `Google refused the sign-in (${name})`, { ...facts, hints: [SIGN_IN] });
}
