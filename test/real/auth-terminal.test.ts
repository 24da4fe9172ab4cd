import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

/** Signs in with the two commands that need no terminal. */
async function signedIn(): Promise<void> {
  const begun = await cli.start(['auth', 'login', '--print-url']);
  const address = await google.consent(begun.stdout.trim());
  await cli.start(['auth', 'login', '--code', '-'], { input: address });
}

const session = () => JSON.parse(readFileSync(join(cli.profile, 'state', 'session.json'), 'utf8'));

test('what is typed unseen is not shown, also after a question whose answer is', async () => {
  await signedIn();
  const before = session();
  const { shown, code } = await cli.atTerminal(
    ['auth', 'login', '--headless'],
    [
      ['Replace the login? [y/N] ', 'y\r'],
      ['address or code: ', '4/0Atyped-unseen\r'],
    ],
  );
  expect(shown).toContain('[y/N] ');
  expect(shown).not.toContain('typed-unseen');
  expect(shown).toContain('Google does not accept the code');
  expect(code).toBe(3);
  expect(google.requests('/token').at(-1)?.form.get('code')).toBe('4/0Atyped-unseen');
  expect(session()).toEqual(before);
});

test('a no keeps the login and begins nothing', async () => {
  await signedIn();
  const { shown, code } = await cli.atTerminal(['auth', 'login'], [['[y/N] ', '\r']]);
  expect(shown).toContain('Authenticated as user@example.com');
  expect(code).toBe(0);
  expect(google.requests('/o/oauth2/v2/auth')).toHaveLength(1);
});

test('Ctrl-C at a question ends it with 130 and changes nothing', async () => {
  const { shown, code } = await cli.atTerminal(['auth', 'login', '--headless'], [['address or code: ', '\x03']]);
  expect(shown).toContain('interrupted');
  expect(code).toBe(130);
  expect(existsSync(join(cli.profile, 'state', 'session.json'))).toBe(false);
});

test('`logout --all` asks, and a no leaves everything', async () => {
  await signedIn();
  const before = session();
  const { shown, code } = await cli.atTerminal(['auth', 'logout', '--all'], [['[y/N] ', 'n\r']]);
  expect(code).toBe(0);
  expect(shown).toContain('Still signed in as user@example.com');
  expect(session()).toEqual(before);
});
