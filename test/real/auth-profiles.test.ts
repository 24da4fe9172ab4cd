import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OBJECTS } from '../../src/core/contract/objects.ts';
import { type AccountCli, accountCli } from '../support/account-cli.ts';
import { type SignInServer, signInServer } from '../support/sign-in-server.ts';

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

async function signIn(email: string, profile: readonly string[]) {
  google.account = { email };
  const begun = await cli.start(['auth', 'login', '--print-url', '--json', ...profile]);
  const address = await google.consent(begun.json.url);
  return cli.start(['auth', 'login', '--code', '-', '--json', ...profile], { input: `${address}\n` });
}

const WORK = ['--profile', 'work'];

test('two accounts side by side: each keeps its login, and none signs the other out', async () => {
  expect((await signIn('ada@home.example', [])).json).toMatchObject({ profile: 'emulator' });
  expect((await signIn('ada@work.example', WORK)).json).toMatchObject({
    profile: 'work',
    account: { id: 'ada@work.example' },
  });
  const grants = google.requests('/token').length;
  const who = async (args: readonly string[], env = {}) =>
    (await cli.start(['auth', 'status', '--json', ...args], { env })).json.account?.id ?? null;
  expect(await who([])).toBe('ada@home.example');
  expect(await who(WORK)).toBe('ada@work.example');
  expect(await who([], { LECODER_PROFILE: 'work' })).toBe('ada@work.example');
  expect(await who(['--profile', 'default'], { LECODER_PROFILE: 'work' })).toBe('ada@home.example');
  expect(google.requests('/token')).toHaveLength(grants);
  expect((await cli.start(['auth', 'status', ...WORK])).stdout).toContain('\n  Profile: work\n');

  const list = await cli.start(['auth', 'list', '--json', ...WORK]);
  expect(OBJECTS['auth list']?.safeParse(list.json)).toMatchObject({ success: true });
  expect(list.json.data.profiles).toMatchObject([
    { name: 'emulator', current: false, account: 'ada@home.example', signedIn: true },
    { name: 'work', current: true, account: 'ada@work.example', signedIn: true },
  ]);

  expect((await cli.start(['auth', 'logout', '--json', ...WORK])).json.data).toMatchObject({
    signedOut: true,
    account: 'ada@work.example',
  });
  expect(await who(WORK)).toBeNull();
  expect(await who([])).toBe('ada@home.example');
});

test('history and sessions of one are not seen from the other', async () => {
  await signIn('ada@work.example', WORK);
  await cli.start(['run', '--runtime', 'jupyter', '--server', 'http://127.0.0.1:9', 'ls', ...WORK]);
  const runs = async (args: readonly string[]) => (await cli.start(['logs', '--json', ...args])).json.data.length;
  expect([await runs(WORK), await runs([])]).toEqual([1, 0]);
});

test('a profile that nobody made is refused before anything is asked or written', async () => {
  for (const args of [['run', 'ls'], ['auth', 'status'], ['auth', 'logout'], ['sessions', 'list'], ['connect']]) {
    const ended = await cli.start([...args, '--json', '--profile', 'wrok']);
    expect(ended.json).toMatchObject({ success: false, error: { code: 1403, exit: 2 } });
  }
  expect(google.seen).toEqual([]);
  expect(existsSync(join(cli.home, 'config', 'profiles', 'wrok'))).toBe(false);
});

test('the OAuth client of the default profile is copied into a profile that has none, and seals its login', async () => {
  const config = join(cli.home, 'config');
  mkdirSync(config, { recursive: true });
  const client = { clientId: 'c.apps.googleusercontent.com', clientSecret: 'GOCSPX-the-key' };
  writeFileSync(join(config, 'config.json'), JSON.stringify({ ...client, defaultGpu: 'L4' }));
  const login = {
    id: 'first',
    refreshToken: '1//first',
    scopes: ['https://www.googleapis.com/auth/userinfo.email', 'https://www.googleapis.com/auth/colaboratory'],
    account: { id: 'ada@work.example', label: 'Ada' },
  };
  // with Google itself, which is not asked: the login says all there is to know
  const env = { LECODER_EMULATOR: '' };
  const imported = await cli.start(['auth', 'import', '-', '--json', ...WORK], { env, input: JSON.stringify(login) });
  expect(imported.json).toMatchObject({ authenticated: true, profile: 'work' });
  const own = join(config, 'profiles', 'work');
  expect(JSON.parse(readFileSync(join(own, 'config.json'), 'utf8'))).toEqual(client);
  rmSync(join(config, 'config.json'));
  const exported = await cli.start(['auth', 'export', '--json', ...WORK], { env });
  expect(exported.json.session).toMatchObject({ refreshToken: '1//first' });
  expect(existsSync(join(own, 'state', 'key'))).toBe(false);
});
