import { type Answer, type Call, formOf, googleError, json } from '../answer.ts';
import { bearerOf } from '../bearer.ts';
import type { World } from '../world.ts';
import { SCOPE } from './scopes.ts';
import { refused } from './token.ts';

/** `GET /oauth2/v2/userinfo`: what the scopes of the bearer allow. */
export function userInfo(world: World, call: Call): Answer {
  const token = bearerOf(world, call);
  if (token === null) {
    return googleError(
      401,
      'UNAUTHENTICATED',
      'Request is missing required authentication credential. Expected OAuth 2 access token.',
    );
  }
  const { account } = token.grant;
  return json(200, {
    id: account.id,
    ...(token.scopes.includes(SCOPE.email) ? { email: account.email, verified_email: true } : {}),
    ...(token.scopes.includes(SCOPE.profile)
      ? { name: account.name, given_name: account.name.split(' ')[0], picture: `${world.origin}/emulator/picture` }
      : {}),
  });
}

/** `GET` and `POST /tokeninfo`. Needs no bearer. */
export function tokenInfo(world: World, call: Call): Answer {
  const text = formOf(call).get('access_token');
  const token = text === null ? bearerOf(world, call) : world.grants.check(text);
  if (token === null) return refused(400, 'invalid_token', 'Invalid Value');
  const { account, clientId } = token.grant;
  const client = clientId ?? 'emulator.apps.googleusercontent.com';
  return json(200, {
    azp: client,
    aud: client,
    sub: account.id,
    scope: token.scopes.join(' '),
    exp: String(Math.floor(token.expires / 1000)),
    expires_in: String(Math.floor((token.expires - world.clock.now()) / 1000)),
    ...(token.scopes.includes(SCOPE.email) ? { email: account.email, email_verified: 'true' } : {}),
    access_type: 'offline',
  });
}

/** `POST /revoke`: ends the whole grant, by either of its tokens. */
export function revoke(world: World, call: Call): Answer {
  const text = formOf(call).get('token') ?? '';
  return world.grants.revoke(text) ? json(200, {}) : refused(400, 'invalid_token', 'Token expired or revoked');
}
