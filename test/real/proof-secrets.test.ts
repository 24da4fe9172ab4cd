import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/core/account.ts';
import { type CallOptions, type Cli, type Finished, makeCli } from '../support/cli.ts';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { recordStarts, watchCommandLines } from '../support/processes.ts';
import { until } from '../support/until.ts';

/** Long enough to be nothing else, in letters and digits alone, so that no escaping hides them. */
const REFRESH = 'proofRefreshToken4Tq81Zxv';
const CLIENT = 'proofClientSecret9Wm27Kdp';
const BY_NAME = 'proofValueTakenByName3Hs60';
const FROM_FILE = 'proofValueFromAFile7Bn52Q';
const IN_WORDS = 'proofValueOnTheLine1Yc94G';
const SECRET = 'proofSecretOfTheUser5Lr38J';
/** How the emulator begins what it gives out. */
const ACCESS = 'ya29.emulator-';
const PROXY = 'emulator-proxy-';
const XSRF = 'emulator-xsrf-';

const ALL = [REFRESH, CLIENT, BY_NAME, FROM_FILE, IN_WORDS, SECRET, ACCESS, PROXY, XSRF];

let emulator: TestEmulator;
let cli: Cli;
let starts: Awaited<ReturnType<typeof recordStarts>>;
let umask: number;

beforeAll(async () => {
  // Nothing of ours may rely on the user's mask.
  umask = process.umask(0);
  emulator = await startEmulator({
    accounts: [{ email: 'ada@example.com', name: 'Ada Lovelace', refreshToken: `1//${REFRESH}` }],
  });
  cli = await makeCli({ LECODER_EMULATOR: emulator.origin, LECODER_RUNTIME: '' });
  starts = await recordStarts(join(cli.home, 'starts'));
});
afterAll(async () => {
  await cli?.close();
  await emulator?.stop();
  process.umask(umask);
});

interface Said extends Finished {
  readonly args: readonly string[];
}

const said: Said[] = [];

/** One step of the journey: what it said is kept for the scan. */
async function step(args: readonly string[], options: CallOptions = {}): Promise<Said> {
  const env = { ...starts.env, LECODER_CLIENT_SECRET: CLIENT, PROOF_BY_NAME: BY_NAME, ...options.env };
  const ended = { args, ...(await cli.call(args, { ...options, env })) };
  said.push(ended);
  return ended;
}

/** The same, so that the step is known to have gone as it should. */
async function ok(args: readonly string[], options: CallOptions = {}): Promise<Said> {
  const ended = await step(args, options);
  expect([args, ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([args, 0, '']);
  return ended;
}

async function fails(args: readonly string[], options: CallOptions = {}): Promise<Said> {
  const ended = await step(args, options);
  expect([args, ended.code === 0]).toEqual([args, false]);
  return ended;
}

const LOUD = { env: { LECODER_CGPU_DEBUG: '1' } };
const login = () =>
  JSON.stringify({
    id: 'proof',
    refreshToken: `1//${REFRESH}`,
    scopes: ['openid', ...Object.values(SCOPES)],
    account: { id: 'ada@example.com', label: 'Ada Lovelace' },
  });

async function filesOf(folder: string): Promise<{ name: string; mode: number; text: string | null }[]> {
  const names = ['', ...(await readdir(folder, { recursive: true }))];
  const files = names.map(async name => {
    const path = join(folder, name);
    const found = await stat(path);
    return { name, mode: found.mode & 0o777, text: found.isFile() ? await readFile(path, 'latin1') : null };
  });
  return Promise.all(files);
}

/** The ways in which a text may stand somewhere: as it is, in hexadecimal, or at any place of a longer text in base64. */
function forms(secret: string): string[] {
  const inside = [0, 1, 2].map(offset => {
    const whole = Buffer.from(`${' '.repeat(offset)}${secret}`).toString('base64');
    return whole.slice(offset === 0 ? 0 : 4, -6);
  });
  return [secret, Buffer.from(secret).toString('hex'), ...inside];
}

function found(text: string, among = ALL): string[] {
  return among.filter(secret => forms(secret).some(form => text.includes(form)));
}

async function filesHoldNothing(when: string): Promise<void> {
  for (const { name, text } of await filesOf(cli.config))
    expect([when, name, found(text ?? '')]).toEqual([when, name, []]);
}

/** What a run may use is in the memory of its process, and in no file of the machine. */
async function machineHoldsNothing(): Promise<void> {
  const files = await filesOf(emulator.world.options.folder);
  expect(files.length).toBeGreaterThan(3);
  for (const { name, text } of files)
    expect([name, found(text ?? '', [REFRESH, CLIENT, BY_NAME, FROM_FILE, IN_WORDS, SECRET])]).toEqual([name, []]);
}

const GETS_SECRET =
  'from google.colab import userdata\nvalue = userdata.get("PROOF")\nprint("it is", value, len(value))';

async function signIn(): Promise<void> {
  await fails(['run', '-k', '1']);
  await fails(['auth', 'import', '-', '--force'], { input: `{"refreshToken": "1//${REFRESH}", oops` });
  await fails(['auth', 'import', '-', '--force'], {
    input: JSON.stringify({ refreshToken: `1//${REFRESH}`, scopes: 7 }),
  });
  await ok(['auth', 'import', '-', '--json'], { input: login(), ...LOUD });
  await ok(['auth', 'status', '--verbose'], LOUD);
  await ok(['auth', 'import', '-', '--force', '--validate', '--verbose'], { input: login(), ...LOUD });
}

async function work(): Promise<void> {
  await ok(['connect', '--no-shell', '--verbose', '--name', 'proof'], LOUD);
  const env = ['-e', 'PROOF_BY_NAME', '--env-file', join(cli.home, 'variables')];
  const check = `import os\nassert os.environ["PROOF_BY_NAME"][5:] == "${BY_NAME.slice(5)}"`;
  await ok(['run', '-k', '--verbose', ...env, check], LOUD);
  await ok(['run', '--json', ...env, '-e', `PROOF_LINE=${IN_WORDS}`, 'test -n "$PROOF_LINE$PROOF_FILE"'], LOUD);
  await fails(['run', '--verbose', ...env, 'ls /nowhere; exit 3'], LOUD);
  await fails(['run', '-k', '--json', ...env, 'import os\nos.environ["PROOF_BY_NAME"] + 1'], LOUD);
  await fails(['run', '-k', '-e', `PROOF_LINE=${IN_WORDS}`, '-m', 'nonsense', '1']);
  await fails(['run', '-k', `--env=PROOF-LINE=${IN_WORDS}`, '1']);
}

async function secrets(): Promise<void> {
  const given = { env: { ...LOUD.env, PROOF_SECRET: SECRET } };
  const shown = await ok(['run', '-k', '--verbose', '--secret', 'PROOF=env:PROOF_SECRET', GETS_SECRET], given);
  expect(shown.stdout).toBe(`it is *** ${SECRET.length}\n`);
  await fails(
    ['run', '-k', '--json', '--secret', 'PROOF=env:PROOF_SECRET', `${GETS_SECRET}\nraise ValueError(value)`],
    given,
  );
  await fails(
    ['run', '--json-lines', '--secret', 'PROOF=env:PROOF_SECRET', 'echo "$PROOF"; echo "$PROOF" >&2; exit 1'],
    given,
  );
}

async function trouble(): Promise<void> {
  await emulator.control('expire', { kind: 'proxy' });
  await ok(['run', '-k', '--verbose', 'print(1)'], LOUD);
  await emulator.control('expire', { kind: 'access' });
  await ok(['usage', '--verbose'], LOUD);
  for (const [operation, args] of [
    ['runtime-proxy-token', ['run', '-k', '--verbose', '1']],
    ['assign', ['connect', '--new-runtime', '--no-shell', '--verbose']],
    ['unassign-check', ['disconnect', '--verbose']],
    ['token', ['usage', '--verbose']],
  ] as const) {
    for (const fault of operation === 'runtime-proxy-token' ? ['403', 'html', 'reset'] : ['403', 'html']) {
      await emulator.control('expire', { kind: operation === 'token' ? 'access' : 'proxy' });
      await emulator.control('fail', { fault: `${operation}=${fault}` });
      if (operation !== 'runtime-proxy-token') await fails(args, LOUD);
      else await step(args, LOUD);
      await emulator.control('fail', { clear: true });
    }
  }
}

async function look(): Promise<void> {
  for (const args of [
    ['status', '--verbose'],
    ['status', '--json'],
    ['usage', '--json'],
    ['sessions', 'list', '--json'],
    ['sessions', 'list', '--verbose'],
    ['kernel', 'status', '--json'],
    ['kernel', 'restart', '--verbose'],
    ['logs', '--json'],
    ['logs'],
    ['debug', 'show', '-n', '100000'],
    ['debug', 'tail', '--json'],
  ])
    await step(args, LOUD);
}

async function leave(): Promise<void> {
  await ok(['disconnect', '--all', '--verbose'], LOUD);
  await ok(['logout', '--verbose'], LOUD);
  await fails(['usage', '--verbose'], LOUD);
}

describe('secrets', () => {
  test('a whole life leaves none of them anywhere, and shows none but where it is asked to', async () => {
    await writeFile(join(cli.home, 'variables'), `PROOF_FILE=${FROM_FILE}\n`);
    // What the user types on the command line stands there; nothing else does. Elsewhere than on Linux the next test has to do.
    const watched = ALL.filter(each => each !== IN_WORDS);
    const stopWatching = process.platform === 'linux' ? watchCommandLines([...watched, 'keep-alive']) : null;
    try {
      await signIn();
      await filesHoldNothing('signed in');
      await work();
      await secrets();
      await filesHoldNothing('worked');
      // The positive control of the scan: export is there to print it.
      const exported = await cli.call(['auth', 'export', '--json'], { env: { LECODER_CLIENT_SECRET: CLIENT } });
      expect(found(exported.stdout)).toEqual([REFRESH]);
      await trouble();
      await look();
      await filesHoldNothing('before leaving');
      await machineHoldsNothing();
      await leave();
      await filesHoldNothing('afterwards');
    } finally {
      const lines = stopWatching?.() ?? ['keep-alive'];
      expect(lines.some(line => line.includes('keep-alive'))).toBe(true);
      expect(lines.filter(line => found(line, watched).length > 0)).toEqual([]);
    }
    for (const { args, stdout, stderr } of said) {
      expect([args, found(stdout)]).toEqual([args, []]);
      expect([args, found(stderr)]).toEqual([args, []]);
    }
    // The scan looked at something.
    expect(emulator.world.grants.tokens.size).toBeGreaterThan(1);
    expect(said.map(({ stderr }) => stderr).join('')).toContain('access token refreshed');
  }, 90_000);

  test('no process of ours was ever given one on its command line', async () => {
    const started = await starts.started();
    expect(started.some(line => line.includes('keep-alive'))).toBe(true);
    for (const line of started) expect([line, found(line)]).toEqual([line, []]);
  });

  test('folders are 0700 and files 0600, whatever the mask says', async () => {
    const files = await filesOf(cli.config);
    const names = files.map(({ name }) => name).join('\n');
    for (const name of ['history.jsonl', 'keep-alive.log', 'tokens.json', 'sessions.json'])
      expect(names).toContain(name);
    for (const { name, mode, text } of files)
      expect([name, mode.toString(8)]).toEqual([name, text === null ? '700' : '600']);
  });

  test('the login on disk is sealed, and gone after signing out', async () => {
    const path = join(cli.config, 'profiles', 'emulator', 'state', 'session.json');
    await ok(['auth', 'import', '-'], { input: login() });
    expect(JSON.parse(await readFile(path, 'utf8')).refreshToken).toMatch(/^v1\./);
    await ok(['logout']);
    await expect(stat(path)).rejects.toThrow();
    await until(
      async () =>
        !(await readFile(join(cli.config, 'profiles', 'emulator', 'tokens.json'), 'utf8')).includes('access '),
    );
  });
});
