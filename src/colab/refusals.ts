import type { Identity } from '../core/account.ts';
import { Failure } from '../core/failure.ts';
import type { HttpAnswer } from '../http/request.ts';

/** Google's names for "this token was not granted that scope", whichever field they stand in. */
const SCOPE_REASONS = /\b(?:SCOPE_NOT_PERMITTED|ACCESS_TOKEN_SCOPE_INSUFFICIENT)\b/;

/** 401 also with a token just made: the session backend says it of a token without an e-mail scope, too. */
export function refusedToken(identity: Identity, plane: URL): Failure {
  const missing = missingScope(identity, 'email') ?? missingScope(identity, 'colaboratory');
  if (missing !== null) return missing;
  return new Failure('invalidCredentials', `${plane.host} does not accept the account's token`, {
    hints: [
      '`lecoder-cgpu auth login --force` signs in again',
      'keep the box for the e-mail address ticked on the consent page',
    ],
  });
}

export function refusedScope(identity: Identity, answer: HttpAnswer, plane: URL): Failure {
  const challenge = answer.headers.get('www-authenticate') ?? '';
  const missing = missingScope(identity, 'colaboratory') ?? missingScope(identity, 'email');
  if (missing !== null) return missing;
  if (SCOPE_REASONS.test(answer.text) || /error="?insufficient_scope/.test(challenge)) {
    return new Failure('insufficientScopes', `${plane.host} refuses: the sign-in does not include Colab`, {
      hints: ['`lecoder-cgpu auth login --force` asks again; leave all boxes ticked'],
    });
  }
  return new Failure('forbidden', `${plane.host} forbids that for this account`, {
    hints: [
      'an administrator may have switched Colab off for the account',
      'try another account: `lecoder-cgpu auth login --select-account`',
    ],
  });
}

/** The failure the identity has for a scope that is known to be missing; null when it is there or not known. */
function missingScope(identity: Identity, scope: Parameters<Identity['require']>[0]): Failure | null {
  try {
    identity.require(scope);
    return null;
  } catch (error) {
    return error instanceof Failure ? error : null;
  }
}
