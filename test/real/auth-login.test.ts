import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AccountCli, accountCli, type Running } from '../support/account-cli.ts';
import { COLAB, DRIVE, EMAIL, PROFILE, type SignInServer, signInServer } from '../support/sign-in-server.ts';

let google: SignInServer;
let cli: AccountCli;
beforeEach(async () => {
  google = await signInServer();
  cli = await accountCli(google.origin);
});
afterEach(async () => {
  cli.close();
  await google.close();
});

const urlIn = (stderr: string) => /^(http:\S+\/o\/oauth2\/v2\/auth\S+)$/m.exec(stderr)?.[1] ?? null;
const session = () => JSON.parse(readFileSync(join(cli.profile, 'state', 'session.json'), 'utf8'));

/** Calls back once with the address of the page that was printed. */
function once(act: (url: string, running: Running) => void) {
  let done = false;
  return (stderr: string, running: Running) => {
    const url = done ? null : urlIn(stderr);
    if (url === null) return;
    done = true;
    act(url, running);
  };
}

describe('with a browser', () => {
  test('signs in, says so, and keeps nothing in plain text', async () => {
    const ended = await cli.start(['auth', 'login'], { env: { BROWSER: cli.browser() }, input: null });
    expect(ended.stderr).toContain('sign in to Google in the browser');
    expect(ended.stdout).toMatch(
      /^✓ Authenticated as user@example\.com\n {2}Token expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/,
    );
    expect(ended.code).toBe(0);
    const [request] = google.requests('/o/oauth2/v2/auth');
    const query = Object.fromEntries(request?.query ?? []);
    expect(query).toMatchObject({
      response_type: 'code',
      access_type: 'offline',
      prompt: 'consent',
      code_challenge_method: 'S256',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      scope: [PROFILE, EMAIL, COLAB, DRIVE].join(' '),
    });
    expect(session()).toMatchObject({
      refreshToken: expect.stringMatching(/^v1\./),
      account: { id: 'user@example.com', label: 'Ada User' },
      scopes: expect.arrayContaining([COLAB, DRIVE]),
    });
    await expect.poll(() => existsSync(join(cli.home, 'page.html'))).toBe(true);
    expect(readFileSync(join(cli.home, 'page.html'), 'utf8')).toContain('You may close this page');
  });

  test('strangers neither complete nor end it', async () => {
    const strangers: number[] = [];
    const ended = await cli.start(['auth', 'login', '--json'], {
      input: null,
      onStderr: once(url => {
        const base = new URL(url).searchParams.get('redirect_uri') ?? '';
        const ask = async (path: string, method = 'GET') =>
          strangers.push((await fetch(base + path, { method })).status);
        void (async () => {
          await ask('/callback?code=4/stolen-code&state=x');
          await ask('/favicon.ico');
          await ask('/', 'POST');
          await ask('/?code=4/stolen-code');
          await ask('/?code=4/stolen-code&state=wrong');
          await ask('/?error=access_denied&state=wrong');
          await fetch(await google.consent(url));
        })();
      }),
    });
    expect(strangers).toEqual([404, 404, 405, 400, 400, 400]);
    expect(ended.code).toBe(0);
    expect(ended.json).toMatchObject({
      success: true,
      authenticated: true,
      account: { id: 'user@example.com', label: 'Ada User' },
      missingScopes: [],
      source: 'session',
    });
    expect(google.requests('/token')).toHaveLength(1);
  });

  test('a refusal on the page ends it at once', async () => {
    google.grant(null);
    const ended = await cli.start(['auth', 'login', '--json'], {
      input: null,
      onStderr: once(url => void google.consent(url).then(fetch)),
    });
    expect(ended.code).toBe(3);
    expect(ended.json.error).toMatchObject({ code: 1001, message: 'access was denied on the page of Google' });
    expect(existsSync(join(cli.profile, 'state', 'session.json'))).toBe(false);
  });

  test('Ctrl-C ends it cleanly and leaves the old login alone', async () => {
    await signedIn();
    const before = session();
    const ended = await cli.start(['auth', 'login', '--force'], {
      input: null,
      onStderr: once((_, { signal }) => signal('SIGINT')),
    });
    expect(ended.code).toBe(130);
    expect(session()).toEqual(before);
  });

  test('a code that Google refuses leaves the old login alone, and the page says so', async () => {
    await signedIn();
    const before = session();
    google.next('/token', { status: 400, body: { error: 'invalid_grant' } });
    const ended = await cli.start(['auth', 'login', '--force', '--json'], {
      env: { BROWSER: cli.browser() },
      input: null,
    });
    expect(ended.json.error.code).toBe(1003);
    expect(session()).toEqual(before);
    await expect.poll(() => existsSync(join(cli.home, 'page.html'))).toBe(true);
    expect(readFileSync(join(cli.home, 'page.html'), 'utf8')).toContain('did not succeed');
  });

  test('replacing a login that works needs a word where nobody can be asked', async () => {
    await signedIn();
    const ended = await cli.start(['auth', 'login', '--json']);
    expect(ended.code).toBe(2);
    expect(ended.json.error.suggestion).toContain('auth login --force');
    expect(google.requests('/o/oauth2/v2/auth')).toHaveLength(1);
  });
});

/** Signs in by pasting the address, the way every other test needs it done. */
async function signedIn(args: readonly string[] = []): Promise<Awaited<ReturnType<AccountCli['start']>>> {
  const first = await cli.start(['auth', 'login', '--print-url', '--json', '--force', ...args]);
  const address = await google.consent(first.json.url);
  return cli.start(['auth', 'login', '--code', '-', '--json'], { input: `${address}\n` });
}

describe('without a browser', () => {
  test('one command: the page on stderr, the address on stdin', async () => {
    const ended = await cli.start(['auth', 'login', '--headless', '--json'], {
      input: null,
      onStderr: once((url, { type }) => void google.consent(url).then(address => type(`'${address}'\n`))),
    });
    expect(ended.json).toMatchObject({ authenticated: true, account: { id: 'user@example.com' } });
    expect(ended.stderr).toContain('copy that address');
  });

  test('what cannot be a code is refused and not repeated; nothing at all is a usage error', async () => {
    const odd = await cli.start(['auth', 'login', '--headless'], { input: 'nonsense!\n' });
    expect(odd.code).toBe(3);
    expect(odd.stderr).not.toContain('nonsense!');
    expect((await cli.start(['auth', 'login', '--headless'], { input: '\n' })).code).toBe(2);
    expect((await cli.start(['auth', 'login', '--no-input'])).code).toBe(2);
    expect(google.requests('/token')).toHaveLength(0);
  });

  test('two commands: the first prints the page, the second takes the address from stdin', async () => {
    const ended = await signedIn();
    expect(ended.json).toMatchObject({ authenticated: true, account: { id: 'user@example.com' } });
    expect(session().refreshToken).toMatch(/^v1\./);
    const again = await cli.start(['auth', 'login', '--code', '-', '--json'], { input: 'x\n' });
    expect(again.json.error.message).toBe('no sign-in waits for a code');
  });

  test('an address of another sign-in is refused, and the right one still works', async () => {
    const first = await cli.start(['auth', 'login', '--print-url']);
    expect(first.stdout).toMatch(/^http:\S+\n$/);
    const address = await google.consent(first.stdout.trim());
    const wrong = address.replace(/state=[^&]*/, 'state=other');
    const refused = await cli.start(['auth', 'login', '--code', wrong, '--json']);
    expect(refused.json.error.code).toBe(1003);
    expect(refused.stdout + refused.stderr).not.toContain('secret-code');
    expect(google.requests('/token')).toHaveLength(0);
    const code = new URL(address).searchParams.get('code') ?? '';
    expect((await cli.start(['auth', 'login', '--code', encodeURIComponent(code)])).code).toBe(0);
  });
});

describe('what is granted', () => {
  test('without Drive everything else works, and Drive can be had later, alone', async () => {
    google.grant([PROFILE, EMAIL, COLAB]);
    const ended = await signedIn();
    expect(ended.json).toMatchObject({ success: true, missingScopes: ['drive'] });
    expect(ended.json.warnings[0]).toContain('`drive` (notebooks in Drive)');
    expect(session().scopes).not.toContain(DRIVE);
    google.grant([PROFILE, EMAIL, COLAB, DRIVE]);
    const more = await signedIn(['--scopes', 'drive']);
    expect(more.json).toMatchObject({ success: true, missingScopes: [] });
    const query = google.requests('/o/oauth2/v2/auth').at(-1)?.query;
    expect(query?.get('include_granted_scopes')).toBe('true');
    expect(query?.get('login_hint')).toBe('user@example.com');
    expect(query?.get('prompt')).toBeNull();
    expect(session().scopes).toContain(DRIVE);
  });

  test.each([
    ['email', [PROFILE, COLAB, DRIVE]],
    ['colaboratory', [PROFILE, EMAIL, DRIVE]],
  ])('without %s the login is refused and the old one stays', async (name, scopes) => {
    await signedIn();
    const before = session();
    google.grant(scopes);
    const ended = await signedIn();
    expect(ended.code).toBe(3);
    expect(ended.json.error).toMatchObject({ code: 1004, message: expect.stringContaining(`\`${name}\``) });
    expect(session()).toEqual(before);
  });

  test('another account may not widen this one', async () => {
    await signedIn();
    const before = session();
    google.account = { email: 'other@example.com' };
    const ended = await signedIn(['--scopes', 'drive']);
    expect(ended.json.error).toMatchObject({
      code: 1003,
      message: expect.stringContaining('other@example.com signed in'),
    });
    expect(session()).toEqual(before);
  });

  test('an account without a name is signed in by its address', async () => {
    google.account = { email: 'other@example.com' };
    expect((await signedIn(['--select-account'])).json.account).toEqual({
      id: 'other@example.com',
      label: 'other@example.com',
    });
    expect(google.requests('/o/oauth2/v2/auth')[0]?.query.get('prompt')).toBe('select_account consent');
  });
});

describe('afterwards', () => {
  test('ten commands at once refresh once', async () => {
    await signedIn();
    const tokens = join(cli.profile, 'tokens.json');
    writeFileSync(tokens, JSON.stringify({ version: 1, entries: {} }));
    const before = google.requests('/token').length;
    const ended = await Promise.all(Array.from({ length: 10 }, () => cli.start(['auth', 'status', '--json'])));
    expect(ended.map(({ code }) => code)).toEqual(Array(10).fill(0));
    expect(new Set(ended.map(({ json }) => json.tokenExpires)).size).toBe(1);
    expect(google.requests('/token').length - before).toBe(1);
  });

  test('`auth status` asks nobody while a token lives, and never signs in', async () => {
    await signedIn();
    const before = google.seen.length;
    const ended = await cli.start(['auth', 'status'], { env: { BROWSER: cli.browser() } });
    expect(ended.stdout).toMatch(/^✓ Authenticated as user@example\.com\n {2}Token expires: \S+Z\n$/);
    expect(google.seen.length).toBe(before);
    google.revokeAll();
    writeFileSync(join(cli.profile, 'tokens.json'), '{"version":1,"entries":{}}');
    const over = await cli.start(['auth', 'status', '--json'], { env: { BROWSER: cli.browser() } });
    expect(over.code).toBe(3);
    expect(over.json).toMatchObject({ success: false, authenticated: false, account: null, error: { code: 1002 } });
    expect(google.requests('/o/oauth2/v2/auth')).toHaveLength(1);
    expect(session().refusedAt).toMatch(/^\d{4}-/);
  });

  test('`LECODER_REFRESH_TOKEN` alone is checked by one refresh and leaves no trace of itself', async () => {
    const env = { LECODER_REFRESH_TOKEN: '1//first' };
    const ended = await cli.start(['auth', 'status'], { env });
    expect(ended.stdout).toContain('✓ Authenticated as user@example.com\n  Token expires: ');
    expect(google.requests('/token')).toHaveLength(1);
    expect(existsSync(join(cli.profile, 'state', 'session.json'))).toBe(false);
    expect(everyFile(join(cli.home, 'config'))).not.toContain('1//first');
    const wrong = await cli.start(['auth', 'status', '--json'], { env: { LECODER_REFRESH_TOKEN: '1//revoked' } });
    expect(wrong.code).toBe(3);
    expect(wrong.json.error.code).toBe(1002);
  });

  test('a stored Google login never meets the emulator', async () => {
    const root = join(cli.home, 'config');
    mkdirSync(join(root, 'state'), { recursive: true });
    const login = { id: 'g', refreshToken: '1//google', scopes: [], account: { id: 'me@gmail.com', label: 'Me' } };
    writeFileSync(join(root, 'state', 'session.json'), JSON.stringify(login));
    writeFileSync(
      join(root, 'config.json'),
      '{"clientId":"mine.apps.googleusercontent.com","clientSecret":"GOCSPX-mine"}',
    );
    const status = await cli.start(['auth', 'status', '--json']);
    expect(status.json).toMatchObject({ authenticated: false, error: { code: 1001 } });
    const adc = join(cli.home, 'adc.json');
    writeFileSync(
      adc,
      JSON.stringify({ type: 'authorized_user', client_id: 'a', client_secret: 'b', refresh_token: '1//adc' }),
    );
    const gcloud = await cli.start(['auth', 'login', '--adc', '--json'], {
      env: { GOOGLE_APPLICATION_CREDENTIALS: adc },
    });
    expect(gcloud.code).toBe(2);
    await signedIn();
    expect(google.seen.map(({ form, query }) => `${form} ${query}`).join()).not.toMatch(/google\b|mine|adc|GOCSPX/);
  });

  test('every file is for its owner alone, and none holds a secret', async () => {
    await signedIn();
    await cli.start(['auth', 'status', '--verbose']);
    const files = listFiles(join(cli.home, 'config'));
    expect(files.length).toBeGreaterThan(2);
    for (const { path, mode, folder } of files) expect([path, mode]).toEqual([path, folder ? 0o700 : 0o600]);
    const all = everyFile(join(cli.home, 'config'));
    for (const secret of ['1//refresh', 'ya29.', 'secret-code']) expect(all).not.toContain(secret);
  });

  test('logout revokes, forgets, and is content when nobody is signed in', async () => {
    await signedIn();
    const ended = await cli.start(['logout', '--json']);
    expect(ended.json.data).toEqual({
      signedOut: true,
      account: 'user@example.com',
      revoked: true,
      clientRemoved: false,
    });
    expect(google.requests('/revoke')[0]?.form.get('token')).toMatch(/^1\/\/refresh/);
    expect(google.requests('/revoke')[0]?.query.size).toBe(0);
    expect(existsSync(join(cli.profile, 'state', 'session.json'))).toBe(false);
    expect(readFileSync(join(cli.profile, 'tokens.json'), 'utf8')).not.toContain('access ');
    expect((await cli.start(['auth', 'logout'])).stdout).toBe('Nobody was signed in\n');
  });

  test('logout works while Google cannot be reached, and says what is left to do', async () => {
    await signedIn();
    google.next('/revoke', ...Array(3).fill({ status: 503, body: '' }));
    const ended = await cli.start(['auth', 'logout', '--json']);
    expect(ended.json.data).toMatchObject({ signedOut: true, revoked: false });
    expect(ended.stderr).toContain('myaccount.google.com/permissions');
  });

  test('logout --all removes the two keys and nothing else', async () => {
    const file = join(cli.profile, 'config.json');
    mkdirSync(cli.profile, { recursive: true });
    writeFileSync(file, '{"clientId":"c.apps.googleusercontent.com","clientSecret":"s","defaultGpu":"L4","mine":[1]}');
    writeFileSync(join(cli.profile, 'notes.txt'), 'mine');
    await signedIn();
    const asked = await cli.start(['auth', 'logout', '--all', '--json']);
    expect(asked.code).toBe(2);
    expect(existsSync(join(cli.profile, 'state', 'session.json'))).toBe(true);
    const ended = await cli.start(['auth', 'logout', '--all', '--force', '--json']);
    expect(ended.json.data).toMatchObject({ signedOut: true, clientRemoved: true });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ defaultGpu: 'L4', mine: [1] });
    expect(readFileSync(join(cli.profile, 'notes.txt'), 'utf8')).toBe('mine');
  });
});

interface Found {
  readonly path: string;
  readonly mode: number;
  readonly folder: boolean;
}

function listFiles(root: string): Found[] {
  return readdirSync(root, { recursive: true, withFileTypes: true }).map(entry => {
    const path = join(entry.parentPath, entry.name);
    return { path, mode: statSync(path).mode & 0o777, folder: entry.isDirectory() };
  });
}

function everyFile(root: string): string {
  return listFiles(root)
    .filter(({ folder }) => !folder)
    .map(({ path }) => readFileSync(path, 'utf8'))
    .join('\n');
}
