import { afterEach, beforeEach, expect, test } from 'vitest';
import { OBJECTS } from '../../src/core/contract/objects.ts';
import { type AccountCli, accountCli } from '../support/account-cli.ts';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { COLAB, EMAIL, PROFILE } from '../support/sign-in-server.ts';

let google: TestEmulator;
let cli: AccountCli;
beforeEach(async () => {
  google = await startEmulator();
  cli = await accountCli(google.origin);
});
afterEach(async () => {
  cli.close();
  await google.stop();
});

/** Signs in as the person at the emulator's page would, with more of the page's own parameters. */
async function signIn(page: string, args: readonly string[] = []) {
  const begun = await cli.start(['auth', 'login', '--print-url', '--json', ...args]);
  const approved = await fetch(`${begun.json.url}&emulator_approve=1${page}`, { redirect: 'manual' });
  const address = approved.headers.get('location') ?? '';
  return cli.start(['auth', 'login', '--code', '-', '--json'], { input: `${address}\n` });
}

test('a whole life: partial consent, more consent, status, export, import, logout', async () => {
  const partial = await signIn(`&emulator_scopes=${encodeURIComponent([EMAIL, PROFILE, COLAB].join(' '))}`);
  expect(partial.json).toMatchObject({
    authenticated: true,
    account: { id: 'ada@example.com' },
    missingScopes: ['drive'],
  });
  const whole = await signIn('', ['--scopes', 'drive']);
  expect(whole.json).toMatchObject({ authenticated: true, missingScopes: [], source: 'session' });
  const status = await cli.start(['auth', 'status', '--json']);
  const exported = await cli.start(['auth', 'export', '--json']);
  const imported = await cli.start(['auth', 'import', '-', '--force', '--validate', '--json'], {
    input: exported.stdout,
  });
  const out = await cli.start(['auth', 'logout', '--json']);
  expect(out.json.data).toMatchObject({ signedOut: true, revoked: true });
  const over = await cli.start(['auth', 'status', '--json'], {
    env: { LECODER_REFRESH_TOKEN: exported.json.session.refreshToken },
  });
  expect(over.json).toMatchObject({ authenticated: false, error: { code: 1002 } });
  const said = { login: whole, status, export: exported, import: imported, logout: out };
  for (const [verb, { json }] of Object.entries(said))
    expect(OBJECTS[`auth ${verb}`]?.safeParse(json)).toMatchObject({ success: true });
  expect(OBJECTS['auth status']?.safeParse(over.json)).toMatchObject({ success: true });
});

test('a refresh token in the environment is all a script needs', async () => {
  const env = { LECODER_REFRESH_TOKEN: google.refreshToken };
  const ended = await cli.start(['auth', 'status'], { env });
  expect(ended.stdout).toMatch(/^✓ Authenticated as ada@example\.com\n {2}Token expires: \S+Z\n/);
});

test('--validate asks Colab what the account may use', async () => {
  const begun = await cli.start(['auth', 'login', '--print-url', '--json']);
  const approved = await fetch(`${begun.json.url}&emulator_approve=1`, { redirect: 'manual' });
  const code = approved.headers.get('location') ?? '';
  const ended = await cli.start(['auth', 'login', '--code', '-', '--validate', '--json'], { input: code });
  expect(ended.json.plan.eligibleGpus).toContain('T4');
  expect(OBJECTS['auth login']?.safeParse(ended.json)).toMatchObject({ success: true });
});

test('after Google has refused the login, a run says that it is over and not that there was none', async () => {
  await signIn('');
  const { session } = (await cli.start(['auth', 'export', '--json'])).json;
  await fetch(`${google.origin}/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: session.refreshToken }),
  });
  for (const args of [['run', 'ls'], ['auth', 'status'], ['status'], ['run', 'ls']]) {
    const { json } = await cli.start([...args, '--json']);
    expect([args, json.error?.code ?? json.warnings]).toEqual([
      args,
      args[0] === 'status' ? [expect.stringContaining('stopped accepting')] : 1002,
    ]);
    expect(json.authenticated ?? false).toBe(false);
  }
});
