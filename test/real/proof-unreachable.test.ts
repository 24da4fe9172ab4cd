import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.ts';
import { SCOPES } from '../../src/core/account.ts';
import type { Operation } from '../../src/emulator/operations.ts';
import { main } from '../../src/main.ts';
import { makeCli } from '../support/cli.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { REFRESH_TOKEN, startEmulator } from '../support/emulator.ts';
import { testHost } from '../support/test-host.ts';

const stateOf = ({ config }: { config: string }, name: string) =>
  readFile(join(config, 'profiles', 'emulator', 'state', name), 'utf8').then(JSON.parse);

/** Signed in still, with nothing taken from the login. */
async function expectLoginKept(colab: ColabCli): Promise<void> {
  expect(await stateOf(colab, 'session.json')).toMatchObject({ refreshToken: expect.any(String) });
  expect((await stateOf(colab, 'session.json')).refusedAt ?? null).toBeNull();
}

async function expectSessionKept(colab: ColabCli, name: string): Promise<void> {
  expect((await stateOf(colab, 'sessions.json')).sessions).toMatchObject([{ name }]);
}

describe('Google cannot be reached', () => {
  test('nothing is lost, each command says so, and all is as before when it is back', async () => {
    const colab = await colabCli();
    const port = Number(new URL(colab.emulator.origin).port);
    const json = (...args: string[]) => colab.json([...args, '--json']);
    try {
      await json('connect', '--name', 'kept');
      await colab.emulator.stop();

      for (const args of [
        ['run', '-k', '1'],
        ['run', 'true'],
        ['usage'],
        ['connect', '--new-runtime'],
        ['disconnect'],
        ['sessions', 'close', 'kept'],
        ['kernel', 'status'],
        ['auth', 'import', REFRESH_TOKEN, '--force'],
      ]) {
        const { error, errorCode } = await json(...args);
        expect([args, error?.code, error?.exit, errorCode]).toEqual([args, 1101, 4, 1003]);
        expect([args, error.suggestion ?? '']).toEqual([args, expect.not.stringContaining('auth login')]);
        await expectLoginKept(colab);
        await expectSessionKept(colab, 'kept');
      }
      expect((await json('disconnect')).error.billing).toEqual([expect.any(String)]);
      expect(await json('status')).toMatchObject({
        success: true,
        authenticated: true,
        usage: null,
        connected: false,
        warnings: expect.arrayContaining([expect.any(String)]),
      });
      expect((await json('sessions', 'list')).sessions).toMatchObject([{ name: 'kept', status: 'unknown' }]);
      expect((await json('sessions', 'clean')).data).toMatchObject({ removed: [], unknown: [{ name: 'kept' }] });
      expect(await json('auth', 'status')).toMatchObject({ success: true, authenticated: true });
      await expectSessionKept(colab, 'kept');

      const back = await startEmulator({ port });
      try {
        expect(await json('usage')).toMatchObject({ success: true });
        // It is another one, and has not that machine: only now it is gone.
        expect((await json('sessions', 'clean')).data.removed).toMatchObject([{ name: 'kept' }]);
        expect(await json('run', '-k', 'print(1)')).toMatchObject({ success: true, stdout: '1\n' });
        expect((await colab.call(['disconnect'])).code).toBe(0);
      } finally {
        await back.stop();
      }
    } finally {
      await colab.close();
    }
  });
});

describe('a captive portal answers in place of Google', () => {
  let colab: ColabCli;
  const control = (what: string, order: object = {}) => colab.emulator.control(what, order);
  beforeAll(async () => {
    colab = await colabCli();
    await colab.call(['connect', '--no-shell', '--name', 'kept']);
  });
  beforeEach(async () => {
    await control('fail', { clear: true });
  });
  afterAll(async () => {
    await control('fail', { clear: true });
    await colab?.close();
  });

  test.each([
    ['token', ['usage']],
    ['assign-check', ['connect', '--new-runtime']],
    ['assign', ['connect', '--new-runtime']],
    ['unassign-check', ['disconnect']],
    ['ccu-info', ['usage']],
    ['runtime-proxy-token', ['run', '-k', '1']],
    ['runtime-proxy-token', ['run', 'true']],
    ['runtime-proxy-token', ['kernel', 'status']],
    ['userinfo', ['auth', 'import', REFRESH_TOKEN, '--force']],
  ] as const)('%s: it is said, and login and session stay', async (operation, args) => {
    const also: Partial<Record<Operation, string[]>> = {
      'ccu-info': ['gapi-user-info'],
      'runtime-proxy-token': ['gapi-proxy-token', 'assignments', 'gapi-assignments'],
    };
    if (operation === 'runtime-proxy-token') await control('expire', { kind: 'proxy' });
    if (operation === 'token') await control('expire', { kind: 'access' });
    await control('fail', { fault: [operation, ...(also[operation] ?? [])].map(each => `${each}=html`) });
    const { error, errorCode } = await colab.json([...args, '--json']);
    expect(error).toMatchObject({ code: 1402, exit: 4 });
    expect(errorCode).toBe(1006);
    expect(error.suggestion).toMatch(/login page of the network/);
    expect(JSON.stringify(error)).not.toMatch(/<html|<!doctype/i);
    await control('fail', { clear: true });
    await expectLoginKept(colab);
    await expectSessionKept(colab, 'kept');
    expect(await colab.call(['run', '-k', 'print(1)'])).toMatchObject({ code: 0, stdout: '1\n' });
    expect(await colab.machines()).toHaveLength(1);
  });

  test.each([
    ['unassign', ['disconnect']],
    ['assignments', ['sessions', 'clean']],
  ] as const)('%s: nobody believes that the machine is gone', async (operation, args) => {
    await control('fail', { fault: [`${operation}=html`, 'gapi-assignments=html', 'assignments=html'] });
    await colab.json([...args, '--json']);
    await control('fail', { clear: true });
    await expectLoginKept(colab);
    await expectSessionKept(colab, 'kept');
    expect(await colab.machines()).toHaveLength(1);
  });

  test('sign-out: the token is not said to be revoked', async () => {
    await control('fail', { fault: 'revoke=html' });
    const { data, warnings } = await colab.json(['logout', '--json']);
    expect(data).toMatchObject({ signedOut: true, revoked: false });
    expect(warnings.join()).toContain('could not be revoked');
    await control('fail', { clear: true });
    await colab.call(['auth', 'import', '-'], { input: REFRESH_TOKEN });
  });
});

describe('an emulator that is elsewhere', () => {
  /** Every command there is but `schema`, which has no use for settings, and those that mend them; with a word wherever one may stand. */
  const EVERY = COMMANDS.filter(({ path, lenient }) => path[0] !== 'schema' && !lenient?.badSettings).map(
    ({ path, words = [] }) => [...path, ...words.map(({ choices }) => choices?.[0] ?? 'x')],
  );
  const ELSEWHERE = [
    'http://10.0.0.1:8899',
    'https://emulator.example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com/',
    'http://0.0.0.0:8899',
    'http://[::ffff:10.0.0.1]:8899',
  ];

  test.each(ELSEWHERE)('%s is refused by every command, before anything is asked or written', async origin => {
    expect(EVERY.length).toBeGreaterThan(25);
    for (const args of EVERY) {
      const host = testHost({ env: { LECODER_EMULATOR: origin, LECODER_REFRESH_TOKEN: REFRESH_TOKEN }, stdin: '' });
      const exit = await main([...args, '--json'], host);
      const { error } = JSON.parse(host.stdout.text);
      expect([args, exit, error?.code, error?.message]).toEqual([
        args,
        2,
        1403,
        expect.stringContaining('`LECODER_EMULATOR`'),
      ]);
      expect([args, await readdir(join(host.folder, 'config')).catch(() => [])]).toEqual([args, []]);
    }
  });
});

/** Takes whatever comes, says nothing sensible, and remembers every byte. */
async function recorder() {
  const heard: Buffer[] = [];
  const server = createServer(socket => {
    socket.on('data', data => {
      heard.push(data);
      const body = '{"error":"temporarily_unavailable"}';
      socket.end(
        `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
    });
    socket.on('error', () => {});
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    heard: () => Buffer.concat(heard).toString('latin1'),
    stop: () => new Promise(resolve => server.close(resolve)),
  };
}

describe('with an emulator a login at Google is left alone', () => {
  const STORED = 'realRefreshTokenOfTheUser8Vx';
  const SECRET = 'GOCSPX-realClientSecret5Tz';
  const WITH_TALK = [
    ['status'],
    ['auth', 'status'],
    ['auth', 'export'],
    ['usage'],
    ['sessions', 'list'],
    ['sessions', 'clean'],
    ['run', '-k', '1'],
    ['connect', '--no-shell'],
    ['disconnect', '--all'],
    ['keep-alive'],
    ['auth', 'logout', '--all', '--force'],
    ['auth', 'login', '--print-url'],
  ];

  /** The main folder as someone signed in to Google has it; what is in `session` stands in its `session.json`. */
  async function folder(config: string, session: string): Promise<Record<string, string>> {
    const files = {
      'config.json': JSON.stringify({ clientId: '1234.apps.googleusercontent.com', clientSecret: SECRET }),
      'tokens.json': JSON.stringify({ version: 1, entries: {} }),
      [join('state', 'session.json')]: session,
    };
    await mkdir(join(config, 'state'), { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(files)) await writeFile(join(config, name), text, { mode: 0o600 });
    return files;
  }

  const session = JSON.stringify({
    id: 'real',
    refreshToken: `1//${STORED}`,
    scopes: ['openid', ...Object.values(SCOPES)],
    account: { id: 'person@gmail.com', label: 'A Person' },
  });

  // One that cannot be read would be moved aside by whoever tries, with a warning: so it shows that nobody does.
  test.each([
    ['a login', session],
    ['a file that cannot be read', '{ this is no JSON'],
  ])('%s is neither read nor sent, nor taken away', async (_, stored) => {
    const far = await recorder();
    const cli = await makeCli({ LECODER_EMULATOR: far.origin, LECODER_RUNTIME: '' });
    try {
      const files = await folder(cli.config, stored);
      for (const args of WITH_TALK) {
        const { stdout, stderr } = await cli.call([...args, '--verbose']);
        expect([args, stdout + stderr]).toEqual([
          args,
          expect.not.stringMatching(new RegExp(`${STORED}|${SECRET}|person@gmail|moved|set aside`)),
        ]);
      }
      // With a token of the environment there is talk, and that alone is sent.
      await cli.call(['usage'], { env: { LECODER_REFRESH_TOKEN: '1//tokenOfTheEnvironment' } });
      expect(far.heard()).toContain('tokenOfTheEnvironment');
      for (const text of [STORED, SECRET, '1234.apps', 'person@gmail']) expect(far.heard()).not.toContain(text);
      for (const [name, text] of Object.entries(files))
        expect(await readFile(join(cli.config, name), 'utf8')).toBe(text);
      expect((await readdir(join(cli.config, 'state'))).filter(name => name !== 'session.json')).toEqual([]);
    } finally {
      await cli.close();
      await far.stop();
    }
  });
});
