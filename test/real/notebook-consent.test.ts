import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AccountCli, accountCli } from '../support/account-cli.ts';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { COLAB, DRIVE, EMAIL, PROFILE } from '../support/sign-in-server.ts';

let google: TestEmulator;
let cli: AccountCli;
beforeEach(async () => {
  google = await startEmulator({ settings: { prestart: false } });
  cli = await accountCli(google.origin);
  const begun = await cli.start(['auth', 'login', '--print-url', '--json']);
  const scopes = encodeURIComponent([EMAIL, PROFILE, COLAB].join(' '));
  const page = await fetch(`${begun.json.url}&emulator_approve=1&emulator_scopes=${scopes}`, { redirect: 'manual' });
  await cli.start(['auth', 'login', '--code', '-'], { input: page.headers.get('location') ?? '' });
  await google.control('settings', { autoApprove: true });
  await google.control('forget-requests');
});
afterEach(async () => {
  cli.close();
  await google.stop();
});

const QUESTION = 'Ask Google for it now? [Y/n] ';
const granted = async () => (await cli.start(['auth', 'status', '--json'])).json.missingScopes;
const counts = async () => (await google.state()).counts;

test('without a terminal the error names the command that grants Drive alone', async () => {
  const { code, json } = await cli.start(['notebook', 'list', '--json']);
  expect(code).toBe(3);
  expect(json.error).toMatchObject({ code: 1004 });
  expect(json.error.suggestion).toContain('`lecoder-cgpu auth login --scopes drive`');
  expect(await counts()).toEqual({});
});

test('--consent asks Google for that scope beside those granted before, and then goes on', async () => {
  const { json } = await cli.start(['notebook', 'create', 'mine', '--consent', '--json'], {
    env: { BROWSER: cli.browser() },
  });
  expect(json).toMatchObject({ success: true, data: { name: 'mine.ipynb' } });
  const asked = google.world.traffic.last().find(({ operation }) => operation === 'authorize');
  expect(asked?.query).toMatchObject({ include_granted_scopes: 'true', login_hint: 'ada@example.com' });
  expect(asked?.query.scope?.split(' ')).toContain(DRIVE);
  expect(asked?.query.prompt).toBeUndefined();
  expect(await granted()).toEqual([]);
});

test('at a terminal there is a question: yes goes on, and is not asked again', async () => {
  const env = { BROWSER: cli.browser() };
  const { shown, code } = await cli.atTerminal(['notebook', 'create', 'mine'], [[QUESTION, '\r']], env);
  expect([code, shown]).toEqual([0, expect.stringContaining('made mine.ipynb')]);
  const again = await cli.atTerminal(['notebook', 'list'], [], env);
  expect(again.code).toBe(0);
  expect(again.shown).toContain('mine.ipynb');
  expect(again.shown).not.toContain(QUESTION);
});

test.each([
  ['no', 'n\r'],
  ['the end of input', '\x04'],
])('%s at the question leaves the login as it is', async (_, keys) => {
  const { shown, code } = await cli.atTerminal(['notebook', 'list'], [[QUESTION, keys]], { BROWSER: cli.browser() });
  expect(code).toBe(3);
  expect(shown).toContain('`lecoder-cgpu auth login --scopes drive`');
  expect(await counts()).toEqual({});
  expect(await granted()).toEqual(['drive']);
});

test('a refusal on the page makes nothing and takes nothing away', async () => {
  await google.control('settings', { grantedScopes: [COLAB] });
  const { json } = await cli.start(['notebook', 'create', 'mine', '--consent', '--json'], {
    env: { BROWSER: cli.browser() },
  });
  expect(json.error).toMatchObject({ code: 1004, message: 'Google did not grant `drive` (notebooks in Drive)' });
  expect((await counts())['drive-create']).toBeUndefined();
  expect((await cli.start(['auth', 'status', '--json'])).json).toMatchObject({
    authenticated: true,
    missingScopes: ['drive'],
  });
});

test('a bare refresh token cannot be widened here: it is said how', async () => {
  const { refreshToken } = await google.control('grant', { scopes: [EMAIL, COLAB] });
  const env = { LECODER_REFRESH_TOKEN: refreshToken, BROWSER: cli.browser() };
  const { json } = await cli.start(['notebook', 'list', '--consent', '--json'], { env });
  expect(json.error).toMatchObject({ code: 1004 });
  expect(json.error.suggestion).toContain('`lecoder-cgpu auth export`');
  expect((await counts()).authorize).toBeUndefined();
});

test('at a terminal deleting and replacing ask, and the end of input is a no', async () => {
  const env = { LECODER_REFRESH_TOKEN: google.refreshToken };
  const { data } = (await cli.start(['notebook', 'create', 'x', '--json'], { env })).json;
  const remove = ['notebook', 'delete', data.id];
  for (const keys of ['\r', '\x04', 'n\r']) {
    const { shown, code } = await cli.atTerminal(remove, [['to the trash of Drive? [y/N] ', keys]], env);
    expect([code, shown]).toEqual([0, expect.stringContaining('nothing was deleted')]);
  }
  await cli.start(['notebook', 'download', data.id], { env });
  const kept = await cli.atTerminal(['notebook', 'download', data.id], [['? [y/N] ', '\x04']], env);
  expect([kept.code, kept.shown]).toEqual([0, expect.stringContaining('nothing was replaced')]);
  const stopped = await cli.atTerminal(remove, [['[y/N] ', '\x03']], env);
  expect(stopped.code).toBe(130);
  const yes = await cli.atTerminal([...remove, '--permanent'], [['"x.ipynb" for good? [y/N] ', 'y\r']], env);
  expect([yes.code, yes.shown]).toEqual([0, expect.stringContaining('deleted x.ipynb for good')]);
  expect((await cli.start([...remove, '--force', '--json'], { env })).json.error.code).toBe(1301);
});
