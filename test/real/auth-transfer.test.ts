import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AccountCli, accountCli } from '../support/account-cli.ts';
import { COLAB, EMAIL, type SignInServer, signInServer } from '../support/sign-in-server.ts';

let google: SignInServer;
let here: AccountCli;
let there: AccountCli;
beforeEach(async () => {
  google = await signInServer();
  [here, there] = await Promise.all([accountCli(google.origin), accountCli(google.origin)]);
});
afterEach(async () => {
  here.close();
  there.close();
  await google.close();
});

const LOGIN = {
  id: 'first',
  refreshToken: '1//first',
  scopes: [EMAIL, COLAB],
  account: { id: 'user@example.com', label: 'Ada User' },
};
const CONFIG = '{"clientId":"c.apps.googleusercontent.com","clientSecret":"GOCSPX-the-key"}';

const fileOf = (cli: AccountCli, ...path: string[]) => join(cli.profile, ...path);
const stored = (cli: AccountCli) => JSON.parse(readFileSync(fileOf(cli, 'state', 'session.json'), 'utf8'));

function put(cli: AccountCli, name: string, text: string): void {
  mkdirSync(join(fileOf(cli, name), '..'), { recursive: true });
  writeFileSync(fileOf(cli, name), text);
}

describe('import', () => {
  test('what `export` prints can be piped into `import` elsewhere, and works there', async () => {
    put(here, 'state/session.json', JSON.stringify(LOGIN));
    const exported = await here.start(['auth-export', '--json']);
    expect(exported.json).toMatchObject({
      status: 'ok',
      session: LOGIN,
      instructions: expect.stringContaining('auth import'),
    });
    const imported = await there.start(['auth', 'import', '-', '--json'], { input: exported.stdout });
    expect(imported.json).toMatchObject({
      status: 'ok',
      account: LOGIN.account,
      message: 'the login of user@example.com was imported',
    });
    expect(google.seen).toHaveLength(0);
    expect(stored(there)).toMatchObject({ id: 'first', refreshToken: expect.stringMatching(/^v1\./) });
    expect((await there.start(['auth', 'status'])).stdout).toContain('✓ Authenticated as user@example.com');
  });

  test('the text for people is the session alone, and importable', async () => {
    put(here, 'state/session.json', JSON.stringify(LOGIN));
    const exported = await here.start(['auth', 'export']);
    expect(JSON.parse(exported.stdout)).toEqual(LOGIN);
    expect(exported.stderr).toContain('keep it secret');
    expect((await there.start(['auth', 'import'], { input: exported.stdout })).stdout).toContain('user@example.com');
  });

  test('on the command line it works, with a warning that does not repeat it', async () => {
    const ended = await here.start(['auth-import', JSON.stringify(LOGIN), '--force', '--json']);
    expect(ended.json).toMatchObject({ success: true, warnings: [expect.stringContaining('other users')] });
    expect(ended.stdout + ended.stderr).not.toContain('1//first');
  });

  test('a sealed session is good beside its `config.json`, and only there', async () => {
    for (const cli of [here, there]) put(cli, 'config.json', CONFIG);
    await here.start(['auth', 'import', '-'], { input: JSON.stringify(LOGIN) });
    const sealed = readFileSync(fileOf(here, 'state', 'session.json'), 'utf8');
    expect(sealed).not.toContain('1//first');
    // the copied file, as the recipe for containers has it
    put(there, 'state/session.json', sealed);
    expect((await there.start(['auth', 'status'])).code).toBe(0);
    expect((await there.start(['auth', 'import', '-', '--force'], { input: sealed })).code).toBe(0);
    expect(google.requests('/token')[0]?.form.get('client_id')).toBe('c.apps.googleusercontent.com');
    put(there, 'config.json', CONFIG.replace('the-key', 'another'));
    const alone = await there.start(['auth', 'import', '-', '--force', '--json'], { input: sealed });
    expect(alone.json.error).toMatchObject({ code: 1003, message: expect.stringContaining('another client secret') });
    expect((await there.start(['auth', 'status', '--json'])).json.error.code).toBe(1003);
  });

  test('a login that works is not replaced without a word', async () => {
    put(here, 'state/session.json', JSON.stringify(LOGIN));
    const other = JSON.stringify({ ...LOGIN, id: 'second', account: { id: 'b@example.com' } });
    const refused = await here.start(['auth', 'import', '-', '--json'], { input: other });
    expect(refused.code).toBe(2);
    expect(stored(here).id).toBe('first');
    expect((await here.start(['auth', 'import', '-', '--force'], { input: other })).code).toBe(0);
    expect(stored(here)).toMatchObject({ id: 'second', account: { id: 'b@example.com', label: 'b@example.com' } });
  });

  test('a bare refresh token is completed by asking whose it is', async () => {
    const ended = await here.start(['auth', 'import', '--json'], { input: '1//first\n' });
    expect(ended.json).toMatchObject({ account: { id: 'user@example.com' }, missingScopes: [] });
    const dead = await there.start(['auth', 'import', '--json'], { input: '1//revoked-long-ago\n' });
    expect(dead.json.error.code).toBe(1002);
    expect(existsSync(fileOf(there, 'state', 'session.json'))).toBe(false);
  });

  test('--validate asks Google, and stores nothing that is refused', async () => {
    google.revokeAll();
    const ended = await here.start(['auth', 'import', '-', '--validate', '--json'], { input: JSON.stringify(LOGIN) });
    expect(ended.json.error.code).toBe(1002);
    expect(existsSync(fileOf(here, 'state', 'session.json'))).toBe(false);
  });

  test.each([
    ['nothing', '', 1403],
    ['another object', '{"access_token":"ya29.secret"}', 1403],
    ['half an object', '{"refreshToken":"1//secret"', 1403],
    ['a login without Colab', JSON.stringify({ ...LOGIN, scopes: [EMAIL] }), 1004],
  ])('%s is refused and not repeated', async (_, input, code) => {
    const ended = await here.start(['auth', 'import', '-', '--json'], { input });
    expect(ended.json.error.code).toBe(code);
    expect(ended.stdout + ended.stderr).not.toMatch(/secret"|1\/\//);
    expect(existsSync(fileOf(here, 'state', 'session.json'))).toBe(false);
  });
});

describe('export', () => {
  test('of nothing, and of a token in the environment, says what to do', async () => {
    const none = await here.start(['auth', 'export', '--json']);
    expect(none.code).toBe(3);
    expect(none.json.error.suggestion).toContain('auth login');
    const env = { LECODER_REFRESH_TOKEN: '1//first' };
    const bare = await here.start(['auth', 'export', '--json'], { env });
    expect(bare.json.error.suggestion).toContain('LECODER_REFRESH_TOKEN');
    expect(bare.stdout).not.toContain('1//first');
  });
});
