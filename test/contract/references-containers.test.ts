import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/core/account.ts';
import { REFRESH_TOKEN, startEmulator, type TestEmulator } from '../support/emulator.ts';
import { type ProgramEnded, runProgram } from '../support/run-program.ts';

/**
 * The container recipes of the agent reference, kept letter by letter in `references/`. A second home plays the
 * container; `docker` and `npm` are small stand-ins that copy and run there, so that the snippets need no change.
 */
const FOLDER = join(process.cwd(), 'test', 'contract', 'references');
const PROGRAM = join(process.cwd(), 'dist', 'lecoder-cgpu.cjs');
const CLIENT = { clientId: '1234-abc.apps.googleusercontent.com', clientSecret: 'GOCSPX-secret-of-the-container' };

const DOCKER = `#!/bin/sh
case "$1" in
  cp) exec cp -R "$2" "$CONTAINER_HOME/\${3#container:/root/}" ;;
  run) shift 3; exec env -i HOME="$CONTAINER_HOME" PATH="$CONTAINER_PATH" \${CONTAINER_ENV} "$@" ;;
esac
`;

let emulator: TestEmulator;
let root: string;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator?.stop());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lecoder-containers-'));
  await emulator.control('delete-runtime');
});
afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

interface Place {
  readonly home: string;
  /** What the reference calls `~/.config/lecoder-cgpu`. */
  readonly config: string;
  shell(script: string): Promise<ProgramEnded>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  json(script: string): Promise<any>;
}

const env = (entries: Record<string, string>) => Object.entries(entries).map(([name, value]) => `${name}=${value}`);

/**
 * A host or a container with nothing but a home and a path. With an emulator the program keeps to a profile below its
 * folder; `~/.config/lecoder-cgpu` then stands for that profile, as it does for the whole folder otherwise.
 */
async function place(name: string, google: 'emulator' | 'none', more: Record<string, string> = {}): Promise<Place> {
  const home = join(root, name);
  const bin = join(root, `${name}-bin`);
  const usual = join(home, '.config', 'lecoder-cgpu');
  await mkdir(dirname(usual), { recursive: true });
  await mkdir(bin);
  const programs = {
    'lecoder-cgpu': `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`,
    docker: DOCKER,
    npm: `#!/bin/sh\necho "npm $*" >> "$HOME/installed"\n`,
  };
  for (const [file, text] of Object.entries(programs)) await writeFile(join(bin, file), text, { mode: 0o755 });
  const own: Record<string, string> = { HOME: home, PATH: `${bin}:${process.env.PATH}` };
  if (process.env.LECODER_TEST_RUN !== undefined) own.LECODER_TEST_RUN = process.env.LECODER_TEST_RUN;
  if (google === 'emulator') {
    const real = join(home, 'real');
    Object.assign(own, { LECODER_EMULATOR: emulator.origin, LECODER_CONFIG_DIR: real });
    await mkdir(join(real, 'profiles', 'emulator'), { recursive: true, mode: 0o700 });
    await symlink(join(real, 'profiles', 'emulator'), usual);
  }
  const shell = (script: string) => runProgram('bash', ['-c', script], { env: { ...own, ...more }, cwd: home });
  return {
    home,
    config: usual,
    shell,
    async json(script) {
      const { stdout, stderr } = await shell(script);
      if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`stdout is not one JSON object:\n${stdout}\n${stderr}`);
      return JSON.parse(stdout);
    },
  };
}

/** The container that `docker` of a host speaks of, and what that host needs to know of it. */
async function containerOf(google: 'emulator' | 'none'): Promise<{ container: Place; known: Record<string, string> }> {
  const container = await place('container', google);
  const inside =
    google === 'none'
      ? []
      : env({ LECODER_EMULATOR: emulator.origin, LECODER_CONFIG_DIR: join(container.home, 'real') });
  if (process.env.LECODER_TEST_RUN !== undefined) inside.push(`LECODER_TEST_RUN=${process.env.LECODER_TEST_RUN}`);
  const known = {
    CONTAINER_HOME: container.home,
    CONTAINER_PATH: `${join(root, 'container-bin')}:${process.env.PATH}`,
    CONTAINER_ENV: inside.join(' '),
  };
  return { container, known };
}

const SESSION = {
  id: 'of-the-host',
  refreshToken: REFRESH_TOKEN,
  scopes: ['openid', ...Object.values(SCOPES)],
  account: { id: 'ada@example.com', label: 'Ada Lovelace' },
};

/** Someone on the host with an OAuth client who has signed in. */
async function signedIn(host: Place): Promise<void> {
  await mkdir(host.config, { recursive: true, mode: 0o700 });
  await writeFile(join(host.config, 'config.json'), JSON.stringify(CLIENT), { mode: 0o600 });
  const ended = await host.shell(`echo '${JSON.stringify(SESSION)}' | lecoder-cgpu auth import -`);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const stored = JSON.parse(await readFile(join(host.config, 'state', 'session.json'), 'utf8'));
  expect(stored.refreshToken).toMatch(/^v1\./);
}

/** In the container there is the same account, and it can be worked with. */
async function works(container: Place): Promise<void> {
  expect(await container.json('lecoder-cgpu status --json')).toMatchObject({
    authenticated: true,
    account: { id: 'ada@example.com' },
    eligibleGpus: expect.arrayContaining(['T4']),
  });
  expect(await container.json("lecoder-cgpu run -k 'print(6 * 7)' --json")).toMatchObject({ stdout: '42\n' });
  expect((await container.shell('lecoder-cgpu disconnect --all')).code).toBe(0);
  expect((await emulator.state()).assignments).toEqual([]);
}

describe('method 1: copy the folder', () => {
  test('a login sealed on the host opens in the container, with no network at all', async () => {
    const { container, known } = await containerOf('none');
    const host = await place('host', 'none', known);
    await signedIn(host);
    const [, linux = ''] = (await read('agent-container-copy.sh')).split('\n');
    expect(await host.shell(linux)).toMatchObject({ code: 0, stderr: '' });
    const { session } = await container.json('lecoder-cgpu auth-export --json');
    expect(session).toEqual(SESSION);
  });

  test('the folder of macOS, and work with the account', async () => {
    const { container, known } = await containerOf('none');
    const using = { LECODER_EMULATOR: emulator.origin };
    const host = await place('host', 'none', { ...known, ...using });
    // Here the emulator's profile is copied as part of the whole folder.
    await mkdir(join(host.config, 'profiles', 'emulator'), { recursive: true, mode: 0o700 });
    await signedIn({ ...host, config: join(host.config, 'profiles', 'emulator') });
    await cp(host.config, join(host.home, 'Library', 'Preferences', 'lecoder-cgpu'), { recursive: true });
    const macos = (await read('agent-container-copy.sh')).split('\n')[4] ?? '';
    expect(await host.shell(macos)).toMatchObject({ code: 0, stderr: '' });
    const inside = {
      ...container,
      shell: (script: string) => container.shell(`export LECODER_EMULATOR=${emulator.origin}; ${script}`),
    };
    await works({ ...inside, json: async script => JSON.parse((await inside.shell(script)).stdout) });
  });
});

describe('method 2: export and import', () => {
  test('what the host prints is all that the container needs', async () => {
    const host = await place('host', 'emulator');
    const container = await place('container', 'emulator');
    await signedIn(host);
    const { code, stdout } = await host.shell(await read('agent-container-export.sh'));
    expect(code).toBe(0);
    const config = JSON.stringify(CLIENT);
    expect(stdout.startsWith(config)).toBe(true);
    await writeFile(join(container.config, 'config.json'), config);
    await imported(container, stdout.slice(config.length).trim());
    await works(container);
  });

  test.each([
    ['the whole answer of `auth-export`', 'lecoder-cgpu auth-export --json', (text: string) => text],
    ['its session', 'lecoder-cgpu auth-export --json', (text: string) => JSON.stringify(JSON.parse(text).session)],
    ['session.json as it stands on the host', 'cat ~/.config/lecoder-cgpu/state/session.json', (text: string) => text],
  ])('%s, in place of another login', async (_, print, take) => {
    const host = await place('host', 'emulator');
    const container = await place('container', 'emulator');
    await signedIn(host);
    await writeFile(join(container.config, 'config.json'), JSON.stringify(CLIENT));
    await container.shell(
      `echo '${JSON.stringify({ ...SESSION, refreshToken: '1//of-somebody-else' })}' | lecoder-cgpu auth import -`,
    );
    const { stdout } = await host.shell(print);
    // Not without `--force`: there is a login already.
    const refused = await imported(container, take(stdout.trim()), { force: false, succeeds: false });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    await imported(container, take(stdout.trim()));
    expect((await container.json('lecoder-cgpu auth-export --json')).session.refreshToken).toBe(REFRESH_TOKEN);
  });

  test('a login that was sealed with another client is refused in words', async () => {
    const host = await place('host', 'emulator');
    const container = await place('container', 'emulator');
    await signedIn(host);
    await writeFile(join(container.config, 'config.json'), JSON.stringify({ ...CLIENT, clientSecret: 'another' }));
    const sealed = await readFile(join(host.config, 'state', 'session.json'), 'utf8');
    const ended = await imported(container, sealed.trim(), { succeeds: false });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('bring `config.json` from the same machine first');
  });

  async function imported(
    container: Place,
    session: string,
    { force = true, succeeds = true } = {},
  ): Promise<ProgramEnded> {
    const snippet = await read('agent-container-import.sh');
    expect(snippet).toContain("'<session JSON>' --force");
    const script = snippet.replace('<session JSON>', () => session);
    const ended = await container.shell(force ? script : script.replace(' --force', ''));
    if (succeeds) expect([ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([0, '']);
    return ended;
  }
});

describe('the Docker example', () => {
  test.each(['as we store it', 'in plain text, as the original did'])('with a session.json %s', async how => {
    const { container, known } = await containerOf('emulator');
    const host = await place('host', 'emulator', known);
    await signedIn(host);
    const sessionFile = join(host.config, 'state', 'session.json');
    if (how !== 'as we store it') await writeFile(sessionFile, JSON.stringify(SESSION, null, 2));
    await mkdir(join(host.home, 'Library', 'Preferences'), { recursive: true });
    await symlink(
      join(host.home, 'real', 'profiles', 'emulator'),
      join(host.home, 'Library', 'Preferences', 'lecoder-cgpu'),
    );

    const status = await host.json(await read('agent-container-docker.sh'));
    expect(status).toMatchObject({ authenticated: true, account: { id: 'ada@example.com' } });
    expect(await readFile(join(container.home, 'installed'), 'utf8')).toBe('npm install -g lecoder-cgpu\n');
    expect((await stat(join(container.config, 'state', 'session.json'))).mode & 0o777).toBe(0o600);
    await works(container);
  });
});

function read(name: string): Promise<string> {
  return readFile(join(FOLDER, name), 'utf8');
}
