import type { CommandSpec, GroupSpec } from '../spec.ts';

export const AUTH_GROUP: GroupSpec = { path: ['auth'], summary: 'Sign in to Google, and out again' };

export const AUTH: readonly CommandSpec[] = [
  {
    path: ['auth', 'login'],
    summary: 'Sign in to Google',
    description:
      'Opens a browser, and waits for it to come back. On a machine without one use `--headless`, or in two commands `--print-url` and `--code`. A login that works is replaced only when the new one has succeeded.',
    aliases: [['auth']],
    lenient: { newProfile: true },
    options: [
      { flags: '--headless', kind: 'flag', help: 'no browser here: print the page, take the address it ends at' },
      { flags: '--print-url', kind: 'flag', help: 'print the page and return; `--code` ends the sign-in' },
      { flags: '--code <address>', kind: 'text', help: 'the address the page ended at, or its code; `-` for stdin' },
      { flags: '--adc', kind: 'flag', help: "use gcloud's application default credentials" },
      { flags: '--select-account', kind: 'flag', help: 'choose the account on the page' },
      { flags: '--scopes <names>', kind: 'list', help: 'ask for these alone: profile, email, colaboratory, drive' },
      { flags: '-f, --force', kind: 'flag', help: 'do not ask before replacing a login' },
      { flags: '--validate', kind: 'flag', help: 'then ask Colab what the account may use' },
    ],
    exclusive: [
      ['headless', 'printUrl', 'code', 'adc'],
      ['adc', 'scopes'],
      ['adc', 'selectAccount'],
    ],
    examples: [
      { line: 'lecoder-cgpu auth login', what: 'with the browser of this machine' },
      { line: 'lecoder-cgpu auth login --headless', what: 'over ssh' },
      { line: 'lecoder-cgpu auth login --adc', what: 'no OAuth client of your own' },
      { line: 'lecoder-cgpu auth login --profile work', what: 'a second account, beside the first' },
    ],
    load: async () => (await import('../../commands/auth/login.ts')).command,
  },
  {
    path: ['auth', 'status'],
    summary: 'Show who is signed in; exit 3 when nobody is',
    load: async () => (await import('../../commands/auth/status.ts')).command,
  },
  {
    path: ['auth', 'list'],
    summary: 'List profiles, and who is signed in with each',
    description:
      'A profile has its own login, settings, sessions and history. `--profile` and `LECODER_PROFILE` choose one.',
    lenient: { badSettings: true, newProfile: true },
    load: async () => (await import('../../commands/auth/list.ts')).command,
  },
  {
    path: ['auth', 'logout'],
    summary: 'Revoke the login at Google and forget it',
    aliases: [['logout']],
    options: [
      { flags: '--all', kind: 'flag', help: 'also remove the OAuth client from `config.json`' },
      { flags: '-f, --force', kind: 'flag', help: 'do not ask' },
    ],
    load: async () => (await import('../../commands/auth/logout.ts')).command,
  },
  {
    path: ['auth', 'export'],
    summary: 'Print the login, secret included, for another machine',
    aliases: [['auth-export']],
    load: async () => (await import('../../commands/auth/export.ts')).command,
  },
  {
    path: ['auth', 'import'],
    summary: 'Take a login that was exported elsewhere',
    aliases: [['auth-import']],
    lenient: { newProfile: true },
    words: [{ name: 'login', help: 'what `auth export` printed; `-` or nothing for stdin, which keeps it secret' }],
    options: [
      { flags: '-f, --force', kind: 'flag', help: 'do not ask before replacing a login' },
      { flags: '--validate', kind: 'flag', help: 'ask Google whether it is good' },
    ],
    examples: [{ line: 'lecoder-cgpu auth import -', what: 'the login is piped in' }],
    load: async () => (await import('../../commands/auth/import.ts')).command,
  },
];
