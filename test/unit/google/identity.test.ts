import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildServices } from '../../../src/app.ts';
import { globalFlags } from '../../../src/cli/global-options.ts';
import { FAILURES, type Failure } from '../../../src/core/failure.ts';
import { COLAB, EMAIL, type SignInServer, signInServer } from '../../support/sign-in-server.ts';
import { FIXED_NOW, type TestHost, testHost } from '../../support/test-host.ts';

const NEVER = new AbortController().signal;
let google: SignInServer;
beforeEach(async () => {
  google = await signInServer();
});
afterEach(() => google.close());

interface Machine {
  readonly host: TestHost;
  readonly root: string;
  readonly file: string;
  readonly warnings: string[];
  at(later: number): void;
  make(): ReturnType<typeof buildServices>;
}

/** A machine with a stored login of the emulator's profile, unless `session` says otherwise. */
function machine(env: Record<string, string> = {}, session: object | string | null = PLAIN): Machine {
  let now = FIXED_NOW;
  const warnings: string[] = [];
  const base = testHost({ env: { LECODER_EMULATOR: google.origin, ...env }, fetch });
  const host = Object.assign(base, { now: () => now });
  const root = join(host.folders.config, 'profiles', 'emulator');
  const file = join(root, 'state', 'session.json');
  if (session !== null) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof session === 'string' ? session : JSON.stringify(session));
  }
  return {
    host,
    root,
    file,
    warnings,
    at: later => {
      now = new Date(FIXED_NOW.getTime() + later * 1000);
    },
    make: () =>
      buildServices(host, globalFlags({}), event => void (event.type === 'warning' && warnings.push(event.text))),
  };
}

const PLAIN = {
  id: 's1',
  refreshToken: '1//first',
  scopes: [EMAIL, COLAB],
  account: { id: 'user@example.com', label: 'Ada' },
};

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: Failure) => error,
  );

describe('an access token', () => {
  test('is fetched once, kept sealed, and handed out again by another process', async () => {
    const { make, root } = machine();
    const token = await (await make().identity()).accessToken(NEVER);
    expect(token).toMatch(/^ya29\./);
    expect(await (await make().identity()).accessToken(NEVER)).toBe(token);
    expect(google.requests('/token')).toHaveLength(1);
    const file = join(root, 'tokens.json');
    expect(readFileSync(file, 'utf8')).not.toContain(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is renewed five minutes before its end', async () => {
    const { make, at } = machine();
    const identity = await make().identity();
    const first = await identity.accessToken(NEVER);
    at(3299);
    expect(await identity.accessToken(NEVER)).toBe(first);
    at(3301);
    expect(await identity.accessToken(NEVER)).not.toBe(first);
  });

  test('of a short life is renewed after nine tenths of it, not at every call', async () => {
    google.life = 60;
    const { make, at } = machine();
    const identity = await make().identity();
    const first = await identity.accessToken(NEVER);
    at(53);
    expect(await identity.accessToken(NEVER)).toBe(first);
    at(55);
    expect(await identity.accessToken(NEVER)).not.toBe(first);
  });

  test('that was refused is replaced once, though several ask', async () => {
    const { make } = machine();
    const services = make();
    const [one, two] = [await services.identity(), await make().identity()];
    const refused = await one.accessToken(NEVER);
    expect(await two.accessToken(NEVER)).toBe(refused);
    const fresh = await Promise.all([one, two].map(identity => identity.accessToken(NEVER, { fresh: true })));
    expect(fresh[0]).toBe(fresh[1]);
    expect(fresh[0]).not.toBe(refused);
    expect(google.requests('/token')).toHaveLength(2);
  });

  test('that still lives is used while Google cannot be reached', async () => {
    const { make, at } = machine();
    const identity = await make().identity();
    const first = await identity.accessToken(NEVER);
    at(3400);
    google.next('/token', { status: 200, body: '<html>sign in to the café</html>', type: 'text/html' });
    expect(await identity.accessToken(NEVER)).toBe(first);
  });

  test('is asked for with the form the protocol wants, and nothing of the environment', async () => {
    const { make } = machine({ GOOGLE_CLIENT_ID: 'real-id', GOOGLE_CLIENT_SECRET: 'real-secret' });
    await (await make().identity()).accessToken(NEVER);
    const [request] = google.requests('/token');
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: '1//first',
      client_id: 'emulator.apps.googleusercontent.com',
      client_secret: 'emulator',
    });
    expect(JSON.stringify(request?.headers)).not.toContain('real');
  });
});

describe('a login', () => {
  test('is known without asking anybody', async () => {
    const { make } = machine();
    const identity = await make().identity();
    expect(identity.login()).toEqual({
      account: { id: 'user@example.com', label: 'Ada' },
      scopes: [EMAIL, COLAB],
      source: 'session',
      tokenExpires: null,
    });
    await identity.accessToken(NEVER);
    expect(identity.login()?.tokenExpires).toEqual(new Date(FIXED_NOW.getTime() + 3600_000));
    expect(google.seen.map(({ path }) => path)).toEqual(['/token']);
  });

  test('there is none: the failure names both ways out', async () => {
    const identity = await machine({}, null).make().identity();
    expect(identity.login()).toBeNull();
    const failure = await failureOf(identity.accessToken(NEVER));
    expect(failure?.kind).toBe('notAuthenticated');
    expect(failure?.facts.hints?.join()).toMatch(/auth login.*--runtime local/s);
  });

  test('from the environment wins, learns whose it is, and is never written', async () => {
    const { make, root } = machine({ LECODER_REFRESH_TOKEN: '1//first' }, { ...PLAIN, refreshToken: '1//other' });
    const identity = await make().identity();
    expect(identity.login()).toMatchObject({ account: null, source: 'environment', tokenExpires: null });
    await identity.accessToken(NEVER);
    expect(google.seen.map(({ path }) => path)).toEqual(['/token']);
    await identity.account(NEVER);
    expect(google.seen.map(({ path }) => path)).toEqual(['/token', '/oauth2/v2/userinfo']);
    expect((await make().identity()).login()).toMatchObject({
      account: { id: 'user@example.com', label: 'Ada User' },
      source: 'environment',
    });
    expect(readFileSync(join(root, 'tokens.json'), 'utf8')).not.toContain('1//first');
    expect(readFileSync(join(root, 'state', 'session.json'), 'utf8')).toContain('1//other');
  });

  test('lacking a scope is told so, with the command for that scope alone', async () => {
    const identity = await machine().make().identity();
    expect(() => identity.require('colaboratory')).not.toThrow();
    expect(() => identity.require('drive')).toThrow(
      expect.objectContaining({
        kind: 'insufficientScopes',
        facts: expect.objectContaining({ hints: [expect.stringContaining('auth login --scopes drive')] }),
      }),
    );
  });

  test.each(['not JSON {', '{"id":"x"}', '[]', '{"refreshToken":5}'])(
    'in an unusable file (%s) is moved aside',
    async text => {
      const { make, file, warnings } = machine({}, text);
      expect((await make().identity()).login()).toBeNull();
      expect(warnings.join()).toContain('moved to');
      expect(() => readFileSync(file)).toThrow();
    },
  );

  test('sealed with another client secret says what to bring', async () => {
    const { make } = machine(
      {},
      { ...PLAIN, refreshToken: 'v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
    );
    const identity = await make().identity();
    const failure = await failureOf(identity.accessToken(NEVER));
    expect(failure?.kind).toBe('invalidCredentials');
    expect(failure?.message).toContain('another client secret');
  });
});

describe('a refresh that fails', () => {
  test('with `invalid_grant` marks the login and keeps the file; nobody is asked again', async () => {
    const { make, file } = machine();
    google.revokeAll();
    const failure = await failureOf((await make().identity()).accessToken(NEVER));
    expect(failure?.kind).toBe('tokenExpired');
    const stored = JSON.parse(readFileSync(file, 'utf8'));
    expect(stored).toMatchObject({ id: 's1', refusedAt: FIXED_NOW.toISOString() });
    expect(stored.refreshToken).toMatch(/^v1\./);
    const again = await make().identity();
    expect(again.login()?.account?.id).toBe('user@example.com');
    expect((await failureOf(again.accessToken(NEVER)))?.kind).toBe('tokenExpired');
    expect(google.requests('/token')).toHaveLength(1);
  });

  test.each([
    ['a captive portal', { status: 200, body: '<html>', type: 'text/html' }, 'apiUnavailable', 1],
    ['a page that says 400', { status: 400, body: 'invalid_grant', type: 'text/html' }, 'apiUnavailable', 1],
    ['a redirect', { status: 302, body: '' }, 'apiUnavailable', 1],
    ['an error of the server', { status: 503, body: { error: 'invalid_grant' } }, 'apiUnavailable', 3],
    ['too many requests', { status: 429, body: {} }, 'rateLimited', 3],
    ['a cut connection', 'cut', 'connectionTimeout', 3],
    ['a wrong client', { status: 401, body: { error: 'invalid_client' } }, 'invalidCredentials', 1],
    ['a wrong scope', { status: 400, body: { error: 'invalid_scope' } }, 'invalidCredentials', 1],
    ['an answer without a token', { status: 200, body: { hello: 1 } }, 'apiUnavailable', 1],
  ] as const)('by %s leaves the login alone', async (_, said, kind, tries) => {
    const { make, file } = machine();
    const before = readFileSync(file, 'utf8');
    google.next('/token', said, said, said);
    const failure = await failureOf((await make().identity()).accessToken(NEVER));
    expect(failure?.kind).toBe(kind);
    expect(FAILURES[kind].code).toBe(failure?.spec.code);
    expect(google.requests('/token')).toHaveLength(tries);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(JSON.stringify([failure?.message, failure?.facts])).not.toContain('1//first');
  });

  test('because nobody listens leaves the login alone', async () => {
    const { make, file } = machine();
    const before = readFileSync(file, 'utf8');
    await google.close();
    expect((await failureOf((await make().identity()).accessToken(NEVER)))?.kind).toBe('connectionTimeout');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('by Ctrl-C ends with its reason', async () => {
    const { make } = machine();
    const control = new AbortController();
    google.next('/token', 'hang');
    const asking = (await make().identity()).accessToken(control.signal);
    const reason = new Error('stop');
    await expect.poll(() => google.requests('/token').length).toBe(1);
    control.abort(reason);
    await expect(asking).rejects.toBe(reason);
  });
});
