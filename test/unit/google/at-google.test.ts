import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/main.ts';
import { COLAB, EMAIL, type SignInServer, signInServer } from '../../support/sign-in-server.ts';
import { type TestHost, type TestHostOptions, testHost } from '../../support/test-host.ts';

/** Google's own addresses, led to a server here: what the emulator setting would change stays as it is for users. */
let google: SignInServer;
let hosts: string[];
beforeEach(async () => {
  google = await signInServer();
  hosts = [];
});
afterEach(() => google.close());

const GOOGLE = ['accounts.google.com', 'oauth2.googleapis.com', 'www.googleapis.com'];

function machine(options: TestHostOptions = {}): TestHost {
  return testHost({
    ...options,
    fetch(url, init) {
      if (!GOOGLE.includes(url.host) || url.protocol !== 'https:') return undefined;
      hosts.push(url.host);
      return fetch(new URL(url.pathname + url.search, google.origin), init);
    },
  });
}

/** Another invocation on the same machine. */
const again = (host: TestHost, options: TestHostOptions = {}) => machine({ folder: host.folder, ...options });

const consent = (url: string) => google.consent(url.replace('https://accounts.google.com', google.origin));

function write(host: TestHost, name: string, value: object | string): string {
  const path = join(host.folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const json = (host: TestHost) => JSON.parse(host.stdout.text);

describe('without an OAuth client', () => {
  test('a person is led to one, its secret is asked for unseen, and the sign-in goes on with it', async () => {
    const hidden: string[] = [];
    const host = machine({ typed: ['c.apps.googleusercontent.com', ' GOCSPX-typed '] });
    const { readLine } = host.stdin;
    Object.assign(host.stdin, {
      readLine: (prompt: string, options: { hidden: boolean }) => {
        if (options.hidden) hidden.push(prompt);
        return readLine(prompt, options);
      },
    });
    expect(await main(['auth', 'login', '--print-url'], host)).toBe(0);
    expect(host.stderr.text).toMatch(/Desktop app.*seven days.*--adc/s);
    expect(hidden).toEqual(['client secret (not shown): ']);
    expect(host.stderr.text + host.stdout.text).not.toContain('GOCSPX');
    const url = host.stdout.text.trim();
    expect(url).toMatch(/^https:\/\/accounts\.google\.com\/o\/oauth2\/v2\/auth\?/);
    expect(JSON.parse(readFileSync(join(host.folders.config, 'config.json'), 'utf8'))).toEqual({
      clientId: 'c.apps.googleusercontent.com',
      clientSecret: 'GOCSPX-typed',
    });
    const second = again(host);
    expect(await main(['auth', 'login', '--code', await consent(url)], second)).toBe(0);
    expect(hosts).toEqual(['oauth2.googleapis.com', 'www.googleapis.com']);
    // the key is the secret that was typed: another invocation can open what was sealed
    const third = again(host);
    expect(await main(['auth', 'export', '--json'], third)).toBe(0);
    expect(json(third).session.refreshToken).toMatch(/^1\/\/refresh/);
  });

  test('the file that the console offers is taken, and other keys of `config.json` stay', async () => {
    const host = machine({ typed: ['client.json'] });
    write(host, 'client.json', {
      installed: { client_id: 'd.apps.googleusercontent.com', client_secret: 'GOCSPX-file' },
    });
    write(host, 'config/config.json', { defaultGpu: 'L4' });
    expect(await main(['auth', 'login', '--print-url'], host)).toBe(0);
    expect(JSON.parse(readFileSync(join(host.folders.config, 'config.json'), 'utf8'))).toEqual({
      defaultGpu: 'L4',
      clientId: 'd.apps.googleusercontent.com',
      clientSecret: 'GOCSPX-file',
    });
  });

  test('a script is told the keys and the variables', async () => {
    const host = machine({ stdin: '' });
    expect(await main(['auth', 'login', '--json'], host)).toBe(3);
    expect(json(host).error.suggestion).toMatch(/clientId.*config\.json.*LECODER_CLIENT_ID/);
  });

  test('a token in the environment is not enough, and half a client is named', async () => {
    const alone = machine({ stdin: '', env: { LECODER_REFRESH_TOKEN: '1//first' } });
    expect(await main(['auth', 'status', '--json'], alone)).toBe(3);
    expect(json(alone).error).toMatchObject({ code: 1003, message: expect.stringContaining('OAuth client') });
    const half = machine({ stdin: '', env: { LECODER_REFRESH_TOKEN: '1//first', GOOGLE_CLIENT_ID: 'x' } });
    expect(await main(['auth', 'status', '--json'], half)).toBe(2);
    expect(json(half).error.message).toContain('`LECODER_CLIENT_SECRET` is missing');
    expect(hosts).toEqual([]);
  });

  test('with all three in the environment it works, and nothing of them is written', async () => {
    const env = { LECODER_REFRESH_TOKEN: '1//first', GOOGLE_CLIENT_ID: 'x', GOOGLE_CLIENT_SECRET: 'GOCSPX-env' };
    const host = machine({ stdin: '', env });
    expect(await main(['auth', 'status'], host)).toBe(0);
    expect(host.stdout.text).toContain('✓ Authenticated as user@example.com');
    expect(google.requests('/token')[0]?.form.get('client_secret')).toBe('GOCSPX-env');
    const root = host.folders.config;
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'utf8')).not.toMatch(/GOCSPX|1\/\/first|ya29/);
    expect(files.length).toBeGreaterThan(0);
  });

  test('a broken `config.json` is never overwritten', async () => {
    const host = machine({ typed: ['c.apps.googleusercontent.com', 'secret'] });
    const path = write(host, 'config/config.json', '{"clientId": ');
    expect(await main(['auth', 'login', '--print-url'], host)).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('{"clientId": ');
  });
});

describe("gcloud's credentials", () => {
  const ADC = { type: 'authorized_user', client_id: 'gcloud', client_secret: 'public', refresh_token: '1//first' };

  test('are used where gcloud keeps them, and not copied', async () => {
    const host = machine();
    const path = write(host, '.config/gcloud/application_default_credentials.json', ADC);
    expect(await main(['auth', 'login', '--adc', '--json'], host)).toBe(0);
    expect(json(host)).toMatchObject({ authenticated: true, source: 'adc', account: { id: 'user@example.com' } });
    const stored = readFileSync(join(host.folders.config, 'state', 'session.json'), 'utf8');
    expect(JSON.parse(stored)).toMatchObject({ source: 'adc', refreshToken: null });
    writeFileSync(path, JSON.stringify({ ...ADC, refresh_token: '1//renewed' }));
    google.next('/token', { status: 200, body: { access_token: 'ya29.renewed', expires_in: 3600 } });
    writeFileSync(join(host.folders.config, 'tokens.json'), '{"version":1,"entries":{}}');
    expect(await main(['auth', 'status'], again(host))).toBe(0);
    expect(google.requests('/token').map(({ form }) => form.get('refresh_token'))).toEqual(['1//first', '1//renewed']);
    const out = again(host);
    expect(await main(['auth', 'logout', '--json'], out)).toBe(0);
    expect(json(out).data).toMatchObject({ signedOut: true, revoked: null });
    expect(google.requests('/revoke')).toHaveLength(0);
  });

  test('without the scope of Colab: the exact command of gcloud', async () => {
    const host = machine();
    const path = write(host, 'mine.json', ADC);
    google.next('/token', {
      status: 200,
      body: { access_token: 'ya29.x', expires_in: 3600, scope: `openid ${EMAIL}` },
    });
    const asked = again(host, { env: { GOOGLE_APPLICATION_CREDENTIALS: path } });
    expect(await main(['auth', 'login', '--adc', '--json'], asked)).toBe(3);
    expect(json(asked).error).toMatchObject({
      code: 1004,
      suggestion: expect.stringContaining(
        `\`gcloud auth application-default login --scopes=openid,https://www.googleapis.com/auth/cloud-platform,${EMAIL},${COLAB}\``,
      ),
    });
  });

  test.each([
    ['none', null, 1001],
    ['a service account', { type: 'service_account', private_key: 'PRIVATE' }, 1003],
    ['half a login', { type: 'authorized_user', client_id: 'PRIVATE' }, 1003],
    ['no JSON', 'PRIVATE', 1003],
  ])('%s', async (_, content, code) => {
    const host = machine();
    if (content !== null) write(host, '.config/gcloud/application_default_credentials.json', content);
    expect(await main(['auth', 'login', '--adc', '--json'], host)).toBe(3);
    expect(json(host).error.code).toBe(code);
    expect(host.stdout.text).not.toContain('PRIVATE');
    expect(hosts).toEqual([]);
  });
});

describe('where Google cannot be asked', () => {
  const LOGIN = {
    id: 's',
    refreshToken: '1//first',
    scopes: [EMAIL, COLAB],
    account: { id: 'a@example.com', label: 'A' },
  };

  test('a stored login counts, with a warning', async () => {
    const host = machine({ stdin: '', env: { GOOGLE_CLIENT_ID: 'x', GOOGLE_CLIENT_SECRET: 'y' } });
    write(host, 'config/state/session.json', LOGIN);
    google.next('/token', { status: 200, body: '<html>welcome to the hotel</html>', type: 'text/html' });
    expect(await main(['auth', 'status'], host)).toBe(0);
    expect(host.stdout.text).toContain('✓ Authenticated as a@example.com\n  Token expires: not known\n');
    expect(host.stderr.text).toContain('could not be checked: oauth2.googleapis.com answered with something else');
  });

  test('whose token it is may stay unknown', async () => {
    const env = { LECODER_REFRESH_TOKEN: '1//first', GOOGLE_CLIENT_ID: 'x', GOOGLE_CLIENT_SECRET: 'y' };
    const host = machine({ stdin: '', env });
    google.next('/oauth2/v2/userinfo', { status: 404, body: '<html>' });
    expect(await main(['auth', 'status'], host)).toBe(0);
    expect(host.stdout.text).toContain('✓ Authenticated (account not known)');
    expect(host.stderr.text).toContain('could not be learned');
  });

  test('a bare token about which nothing is known does not', async () => {
    const env = { LECODER_REFRESH_TOKEN: '1//first', GOOGLE_CLIENT_ID: 'x', GOOGLE_CLIENT_SECRET: 'y' };
    const host = machine({ stdin: '', env });
    google.next('/token', ...Array(3).fill({ status: 502, body: '' }));
    expect(await main(['auth', 'status', '--json'], host)).toBe(4);
    expect(json(host).error.code).toBe(1402);
  });
});
