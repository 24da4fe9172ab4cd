import type { Account } from './accounts.ts';
import { type Answer, type Call, googleError } from './answer.ts';
import { bearerOf } from './bearer.ts';
import type { World } from './world.ts';

/** Who calls one of Google's ordinary APIs: 401 without a good token, 403 without one of the scopes. */
export function withScope(
  world: World,
  scopes: readonly string[],
  work: (account: Account, call: Call) => Answer | Promise<Answer>,
): (call: Call) => Answer | Promise<Answer> {
  return call => {
    const token = bearerOf(world, call);
    if (token === null) return unauthenticated();
    if (!token.scopes.some(scope => scopes.includes(scope))) return insufficient();
    world.fleet.settle();
    return work(token.grant.account, call);
  };
}

function unauthenticated(): Answer {
  const text =
    'Request had invalid authentication credentials. Expected OAuth 2 access token or other valid credential.';
  return googleError(401, 'UNAUTHENTICATED', text);
}

function insufficient(): Answer {
  return googleError(403, 'PERMISSION_DENIED', 'Request had insufficient authentication scopes.', [
    errorInfo('ACCESS_TOKEN_SCOPE_INSUFFICIENT', 'googleapis.com'),
  ]);
}

export function errorInfo(reason: string, domain: string, metadata: Readonly<Record<string, string>> = {}): object {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain, metadata };
}
