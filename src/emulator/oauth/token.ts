import { type Answer, type Call, formOf, header, json } from '../answer.ts';
import type { World } from '../world.ts';
import { type AccessToken, type Code, challengeOf, type Grant } from './grants.ts';
import { canonical, SCOPE } from './scopes.ts';

/** `POST /token`: exchanges a code, or refreshes. Errors are RFC 6749's, in Google's words. */
export function token(world: World, call: Call): Answer {
  const form = formOf(call);
  const client = checkClient(world, form, call);
  if (typeof client !== 'string') return client;
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return exchange(world, form, client);
    case 'refresh_token':
      return refresh(world, form, client);
    case null:
      return refused(400, 'invalid_request', 'Required parameter is missing: grant_type');
    default:
      return refused(400, 'unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`);
  }
}

/** The client's id, from the form or from basic authorization; a refusal where it or its secret is not known. */
function checkClient({ options }: World, form: URLSearchParams, call: Call): string | Answer {
  const basic = /^Basic (.+)$/i.exec(header(call, 'authorization') ?? '')?.[1];
  const [user, password] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':');
  const id = form.get('client_id') ?? user ?? '';
  const given = form.get('client_secret') ?? password ?? '';
  if (id === '') return refused(400, 'invalid_request', 'Could not determine client ID from request.');
  if (options.clients === undefined) return id;
  const wanted = Object.hasOwn(options.clients, id) ? options.clients[id] : undefined;
  if (wanted === undefined) return refused(401, 'invalid_client', 'The OAuth client was not found.');
  return wanted === given ? id : refused(401, 'invalid_client', 'Unauthorized');
}

function exchange(world: World, form: URLSearchParams, clientId: string): Answer {
  const text = form.get('code');
  if (text === null) return refused(400, 'invalid_request', 'Missing required parameter: code');
  const code = world.grants.takeCode(text);
  if (code === null) return refused(400, 'invalid_grant', 'Malformed auth code.');
  if (code.clientId !== clientId) return refused(401, 'unauthorized_client', 'Unauthorized');
  if (code.redirectUri !== form.get('redirect_uri')) return refused(400, 'redirect_uri_mismatch', 'Bad Request');
  const objection = checkVerifier(code, form.get('code_verifier'));
  if (objection !== null) return refused(400, 'invalid_grant', objection);
  const grant = world.grants.grant(code.account, clientId, code.scopes);
  return success(world, world.grants.issue(grant), code.offline ? grant.refreshToken : null);
}

function checkVerifier({ challenge }: Code, verifier: string | null): string | null {
  if (challenge === null) return verifier === null ? null : 'code_verifier or verifier is not needed.';
  if (verifier === null || verifier === '') return 'Missing code verifier.';
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return 'Invalid code verifier.';
  return challengeOf(verifier) === challenge ? null : 'Invalid code verifier.';
}

function refresh(world: World, form: URLSearchParams, clientId: string): Answer {
  const text = form.get('refresh_token');
  if (text === null || text === '') return refused(400, 'invalid_request', 'Missing required parameter: refresh_token');
  const grant = world.grants.find(text);
  if (grant === null) return refused(400, 'invalid_grant', 'Token has been expired or revoked.');
  if (grant.clientId !== null && grant.clientId !== clientId)
    return refused(401, 'unauthorized_client', 'Unauthorized');
  const scopes = form.has('scope') ? canonical(form.get('scope') ?? '') : grant.scopes;
  const strange = scopes.filter(scope => !grant.scopes.includes(scope));
  if (strange.length > 0)
    return refused(400, 'invalid_scope', `Some requested scopes were invalid. {invalid=[${strange.join(', ')}]}`);
  return success(world, world.grants.issue(grant, scopes), null);
}

function success(world: World, issued: AccessToken, refreshToken: string | null): Answer {
  const { grant, scopes } = issued;
  return json(
    200,
    {
      access_token: issued.token,
      expires_in: Math.round((issued.expires - world.clock.now()) / 1000),
      ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
      scope: scopes.join(' '),
      token_type: 'Bearer',
      ...(scopes.includes('openid') ? { id_token: idToken(world, grant, scopes, issued.expires) } : {}),
    },
    { 'cache-control': 'no-store' },
  );
}

/** Shaped like Google's; the signature is not one, which a client that talks to the token endpoint itself need not check. */
function idToken(world: World, grant: Grant, scopes: readonly string[], expires: number): string {
  const claims = {
    iss: 'https://accounts.google.com',
    azp: grant.clientId ?? '',
    aud: grant.clientId ?? '',
    sub: grant.account.id,
    ...(scopes.includes(SCOPE.email) ? { email: grant.account.email, email_verified: true } : {}),
    ...(scopes.includes(SCOPE.profile) ? { name: grant.account.name } : {}),
    iat: Math.floor(world.clock.now() / 1000),
    exp: Math.floor(expires / 1000),
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', kid: 'emulator', typ: 'JWT' })}.${part(claims)}.${part({ not: 'a signature' })}`;
}

export function refused(status: number, error: string, description: string): Answer {
  return json(status, { error, error_description: description });
}
