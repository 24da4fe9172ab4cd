import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';

const SCOPE = 'https://www.googleapis.com/auth/';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const REDIRECT = 'http://127.0.0.1:8085';
const PASTE = 'https://sdk.cloud.google.com/applicationdefaultauthcode.html';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ clients: { mine: 'shh', other: 'hush' } });
});
afterAll(() => emulator.stop());

const BASE = {
  client_id: 'mine',
  response_type: 'code',
  redirect_uri: REDIRECT,
  scope: `profile email ${SCOPE}colaboratory ${SCOPE}drive.file`,
  access_type: 'offline',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  state: 'nonce=1&x=2',
};

function authorize(query: Record<string, string | undefined> = {}, path = '/o/oauth2/v2/auth'): Promise<Response> {
  const all = Object.entries({ ...BASE, ...query }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return fetch(`${emulator.origin}${path}?${new URLSearchParams(all)}`, { redirect: 'manual' });
}

/** Where the answer sends the browser. */
function target(response: Response): URL {
  return new URL(response.headers.get('location') ?? 'about:blank', emulator.origin);
}

async function codeFor(query: Record<string, string | undefined> = {}): Promise<string> {
  return target(await authorize({ emulator_approve: '1', ...query })).searchParams.get('code') ?? '';
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes
async function token(form: Record<string, string | undefined>): Promise<{ status: number; body: any }> {
  const all = { client_id: 'mine', client_secret: 'shh', ...form };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const answer = await fetch(`${emulator.origin}/token`, { method: 'POST', body: new URLSearchParams(given) });
  return { status: answer.status, body: await answer.json() };
}

function exchange(code: string, form: Record<string, string | undefined> = {}) {
  return token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: VERIFIER, ...form });
}

function refresh(refreshToken: string, form: Record<string, string> = {}) {
  return token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...form });
}

test('from the page through the code to the account', async () => {
  const page = await authorize();
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const request = /name="request" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const form = new URLSearchParams({ request, account: 'ada@example.com', decision: 'approve' });
  for (const scope of [`${SCOPE}colaboratory`, `${SCOPE}drive.file`]) form.append('scope', scope);
  const post = { method: 'POST', body: form, redirect: 'manual' } as const;
  const answered = await fetch(`${emulator.origin}/o/oauth2/v2/auth`, post);
  expect(answered.status).toBe(302);
  expect(answered.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:8085\?/);
  expect(target(answered).searchParams.get('state')).toBe('nonce=1&x=2');
  expect((await fetch(`${emulator.origin}/o/oauth2/v2/auth`, post)).status).toBe(400);
  const { status, body } = await exchange(target(answered).searchParams.get('code') ?? '');
  expect([status, body]).toEqual([
    200,
    {
      access_token: expect.stringMatching(/^ya29\./),
      expires_in: 3599,
      refresh_token: expect.stringMatching(/^1\/\//),
      scope: [
        `${SCOPE}userinfo.profile`,
        `${SCOPE}userinfo.email`,
        `${SCOPE}colaboratory`,
        `${SCOPE}drive.file`,
        'openid',
      ].join(' '),
      token_type: 'Bearer',
      id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    },
  ]);
  const headers = { authorization: `Bearer ${body.access_token}` };
  expect(await (await fetch(`${emulator.origin}/oauth2/v2/userinfo`, { headers })).json()).toMatchObject({
    email: 'ada@example.com',
    verified_email: true,
    name: 'Ada Lovelace',
  });
  const info = await fetch(`${emulator.origin}/tokeninfo?access_token=${body.access_token}`);
  expect(await info.json()).toMatchObject({
    email: 'ada@example.com',
    aud: 'mine',
    expires_in: expect.stringMatching(/^35\d\d$/),
    scope: body.scope,
  });
});

test('a no comes back as access_denied', async () => {
  const denied = target(await authorize({ emulator_approve: '0' }));
  expect([denied.searchParams.get('error'), denied.searchParams.get('code')]).toEqual(['access_denied', null]);
  expect(denied.searchParams.get('state')).toBe(BASE.state);
});

test('boxes that were unticked are missing from the scope, and only those', async () => {
  const { body } = await exchange(await codeFor({ emulator_scopes: `${SCOPE}colaboratory` }));
  expect(body.scope.split(' ')).toEqual([
    `${SCOPE}userinfo.profile`,
    `${SCOPE}userinfo.email`,
    `${SCOPE}colaboratory`,
    'openid',
  ]);
  const asked = await refresh(body.refresh_token, { scope: `${SCOPE}colaboratory ${SCOPE}drive.file` });
  expect([asked.status, asked.body.error]).toEqual([400, 'invalid_scope']);
  const fewer = await refresh(body.refresh_token, { scope: `${SCOPE}colaboratory` });
  expect(fewer.body.scope).toBe(`${SCOPE}colaboratory`);
});

test('without offline access there is no refresh token', async () => {
  const { body } = await exchange(await codeFor({ access_type: undefined }));
  expect(Object.keys(body)).not.toContain('refresh_token');
});

describe('requests that cannot be redirected are stopped on a page', () => {
  test.each([
    ['redirect_uri_mismatch', { redirect_uri: 'https://example.com/' }, 400],
    ['redirect_uri_mismatch', { redirect_uri: 'urn:ietf:wg:oauth:2.0:oob' }, 400],
    ['redirect_uri_mismatch', { redirect_uri: 'http://127.0.0.1.example.com/' }, 400],
    ['redirect_uri_mismatch', { redirect_uri: undefined }, 400],
    ['invalid_client', { client_id: 'stranger' }, 401],
    ['invalid_request', { client_id: undefined }, 400],
    ['invalid_scope', { scope: `${SCOPE}everything` }, 400],
    ['unsupported_response_type', { response_type: 'token' }, 400],
    ['invalid_request', { code_challenge_method: 'plain' }, 400],
  ])('%s for %j', async (error, query, status) => {
    const answer = await authorize({ emulator_approve: '1', ...query });
    expect([answer.status, answer.headers.get('location')]).toEqual([status, null]);
    expect(await answer.text()).toContain(`Error ${status}: ${error}`);
  });
});

test('the page that shows a code shows it here, and the code is bound to that address', async () => {
  const answer = await authorize({ redirect_uri: PASTE, emulator_approve: '1' });
  const shown = await fetch(target(answer));
  const code = /<code id="code">([^<]+)</.exec(await shown.text())?.[1] ?? '';
  expect(target(answer).origin).toBe(emulator.origin);
  expect((await exchange(code, { redirect_uri: PASTE })).status).toBe(200);
});

test('the older path of the page is there too', async () => {
  expect((await authorize({ emulator_approve: '1' }, '/o/oauth2/auth')).status).toBe(302);
});

describe('an exchange is refused', () => {
  test.each([
    ['without its verifier', { code_verifier: undefined }, 400, 'invalid_grant', 'Missing code verifier.'],
    ['with another verifier', { code_verifier: 'w'.repeat(43) }, 400, 'invalid_grant', 'Invalid code verifier.'],
    [
      'with a redirect that differs by one byte',
      { redirect_uri: `${REDIRECT}/` },
      400,
      'redirect_uri_mismatch',
      'Bad Request',
    ],
    ['by another client', { client_id: 'other', client_secret: 'hush' }, 401, 'unauthorized_client', 'Unauthorized'],
    ['with a wrong secret', { client_secret: 'guess' }, 401, 'invalid_client', 'Unauthorized'],
    ['by a client nobody knows', { client_id: 'stranger' }, 401, 'invalid_client', 'The OAuth client was not found.'],
  ])('%s', async (_, form, status, error, error_description) => {
    expect(await exchange(await codeFor(), form)).toEqual({ status, body: { error, error_description } });
  });

  test('a second time', async () => {
    const code = await codeFor();
    expect((await exchange(code)).status).toBe(200);
    expect((await exchange(code)).body.error).toBe('invalid_grant');
  });

  test('when the code is too old', async () => {
    const code = await codeFor();
    await emulator.control('clock', { advance: '11m' });
    expect((await exchange(code)).body.error).toBe('invalid_grant');
  });

  test('as something else', async () => {
    expect((await token({ grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
    expect((await token({})).body.error).toBe('invalid_request');
  });
});

describe('tokens end', () => {
  test('an access token after its time, on the emulator’s clock', async () => {
    const { body } = await exchange(await codeFor());
    const ask = () =>
      fetch(`${emulator.origin}/oauth2/v2/userinfo`, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect((await ask()).status).toBe(200);
    await emulator.control('clock', { advance: 3600 });
    expect((await ask()).status).toBe(401);
    const info = await fetch(`${emulator.origin}/tokeninfo?access_token=${body.access_token}`);
    expect([info.status, ((await info.json()) as { error: string }).error]).toEqual([400, 'invalid_token']);
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });

  test('both by a revocation of either, and a second one finds nothing', async () => {
    const { body } = await exchange(await codeFor());
    const revoke = () =>
      fetch(`${emulator.origin}/revoke?token=${encodeURIComponent(body.refresh_token)}`, { method: 'POST' });
    expect((await revoke()).status).toBe(200);
    expect((await revoke()).status).toBe(400);
    expect(await refresh(body.refresh_token)).toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    });
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect((await fetch(`${emulator.origin}/oauth2/v2/userinfo`, { headers })).status).toBe(401);
  });

  test('a refresh token of a client in testing after seven days', async () => {
    await emulator.control('settings', { refreshTtl: 7 * 86_400 });
    const { body } = await exchange(await codeFor());
    await emulator.control('clock', { advance: '6d' });
    expect((await refresh(body.refresh_token)).status).toBe(200);
    await emulator.control('clock', { advance: '25h' });
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    await emulator.control('settings', { refreshTtl: null });
  });

  test('a refresh token is its client’s', async () => {
    const { body } = await exchange(await codeFor());
    const other = await refresh(body.refresh_token, { client_id: 'other', client_secret: 'hush' });
    expect([other.status, other.body.error]).toEqual([401, 'unauthorized_client']);
  });

  test('by the control API', async () => {
    expect((await refresh(emulator.refreshToken)).status).toBe(200);
    await emulator.control('expire', { kind: 'refresh' });
    expect((await refresh(emulator.refreshToken)).body.error).toBe('invalid_grant');
    const { refreshToken } = await emulator.control('grant');
    expect((await refresh(refreshToken)).status).toBe(200);
    await emulator.control('revoke');
    expect((await refresh(refreshToken)).body.error).toBe('invalid_grant');
  });
});

test('nothing secret stands in the state', async () => {
  const { body } = await exchange(await codeFor());
  const seen = JSON.stringify(await emulator.state());
  expect(seen).toContain('"operation":"token"');
  for (const secret of [body.access_token, body.refresh_token, emulator.refreshToken, VERIFIER, 'shh'])
    expect(seen).not.toContain(secret);
});

test('a page of another site is not answered', async () => {
  const headers = { origin: 'https://example.com' };
  expect((await fetch(`${emulator.origin}/emulator/state`, { headers })).status).toBe(403);
  expect((await fetch(`${emulator.origin}/emulator/control/revoke`, { method: 'POST', headers })).status).toBe(403);
});
