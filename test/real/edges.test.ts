import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { shellScript } from '../support/shell-script.ts';

// Disks that are full, folders that cannot be written, homes that are not there, files that are damaged: the built
// program in the shell, as people meet them. Linux alone has the devices and limits for some of it; what is done about
// them is the same code everywhere.

let cli: Cli;
let path: string;
beforeAll(async () => {
  cli = await makeCli();
  path = await cli.commandsOnPath();
});
afterAll(async () => cli.close());

/** A script in which `lecoder-cgpu` is a command; `folder` is its config folder. */
const script = (text: string, { folder = cli.config, env = {}, drop = [] as readonly string[] } = {}) => {
  const all: Record<string, string> = { ...cli.env, PATH: path, LECODER_CONFIG_DIR: folder, ...env };
  for (const name of drop) delete all[name];
  return shellScript(text, { env: all, cwd: cli.home });
};
const at = (folder: string, words: string) => cli.call(words.split(' '), { env: { LECODER_CONFIG_DIR: folder } });
let folders = 0;
const freshFolder = () => join(cli.home, `fresh-${++folders}`);
const TRACE = /^\s+at .+:\d+:\d+\)?$/m;

const onLinux: typeof describe | typeof undeclared = process.platform === 'linux' ? describe : undeclared;

onLinux('an output that takes nothing', () => {
  test.each(['--version', '--help', 'logs --json', 'config list', 'schema', 'nonsense --json', 'version --json'])(
    'a full disk behind stdout is an error: %s',
    async words => {
      const { code, stderr } = await script(`lecoder-cgpu ${words} >/dev/full`);
      expect(stderr).toBe('error: the output could not be written (ENOSPC: no space left on device, write)\n');
      expect(code).toBe(1);
    },
  );

  test('behind stderr it takes nothing from the result', async () => {
    const { code, stdout } = await script('lecoder-cgpu nonsense --json 2>/dev/full');
    expect(JSON.parse(stdout)).toMatchObject({ success: false, error: { code: 1403 } });
    expect(code).toBe(2);
  });

  test.each(['>&-', '2>&-', '<&-', '>&- 2>&- <&-'])('streams that are closed are none: %s', async streams => {
    const { code, stderr } = await script(`lecoder-cgpu config list ${streams}`);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test.each([
    '--version',
    '--help',
    'schema',
    'schema --json',
    'config list',
    'config list --json',
    'config list --json-lines',
    'nonsense',
    'nonsense --json',
    'logs --json',
  ])('a reader that has gone is met in silence: %s', async words => {
    // a pipe that has no reader from the first byte on
    const { code, stderr } = await script(
      `mkfifo gone; exec 3<>gone 4>gone 3>&-; rm gone; lecoder-cgpu ${words} >&4 2>&4 4>&-; echo $? >&2`,
    );
    expect(stderr).toMatch(/^(0|2|130)\n$/);
    expect(code).toBe(0);
  });
});

onLinux('a full disk', () => {
  /** No file may grow: what a full disk does, for one process. */
  const FULL = "ulimit -f 0; trap '' XFSZ;";

  test('stops what must be written, and says so', async () => {
    const folder = freshFolder();
    const { code, stderr } = await script(
      `${FULL} lecoder-cgpu config set defaultGpu L4 2>&1 >/dev/null | cat >&2; exit 0`,
      {
        folder,
      },
    );
    expect(stderr).toBe(
      `error: no space left to write \`${folder}/config.json\`\nhint: make room on this machine's disk\n`,
    );
    expect(code).toBe(0);
    const { stdout } = await script(`${FULL} lecoder-cgpu config set defaultGpu L4 --json | cat`, { folder });
    expect(JSON.parse(stdout)).toMatchObject({ errorCode: 1006, error: { code: 1206, exit: 5 } });
    expect(await filesBelow(folder)).toEqual([]);
  });

  test('takes nothing from runs, lists and answers, and can be cleared', async () => {
    const text = async (line: string) => (await script(`{ ${FULL} ${line}; } 2>&1 | cat`)).stdout;
    expect((await cli.call(['run', '-k', '1'])).stdout).toBe('1\n');
    expect(await text('lecoder-cgpu run -k "40 + 2"')).toMatch(
      /^42\nwarning: this run is not in the history: no space left to write `.*history.jsonl`\n$/,
    );
    expect(await text('lecoder-cgpu run echo hello')).toMatch(/^hello\nwarning: this run is not in the history/);
    expect(await text('lecoder-cgpu sessions list')).toMatch(/^\*\tlocal\t/);
    expect(await text('lecoder-cgpu logs')).toContain('ok\tkernel');
    expect(await text('lecoder-cgpu auth status')).toMatch(/^✗ Not authenticated/);
    expect(await text('lecoder-cgpu logs clear --confirm')).toBe('1 run forgotten\n');
  });
});

/** Root may write everywhere; without this right it is as everybody else. */
const AS_ANYBODY =
  process.getuid?.() === 0
    ? 'setpriv --inh-caps=-dac_override,-dac_read_search --bounding-set=-dac_override,-dac_read_search '
    : '';

onLinux('a config folder that cannot be written', () => {
  test('still runs what can run, and says what is not kept', async () => {
    await cli.call(['run', '-k', '1']);
    await closed(cli.config, async () => {
      const { stdout, stderr, code } = await script(`${AS_ANYBODY}lecoder-cgpu run -k "40 + 2"`);
      expect({ stdout, code }).toEqual({ stdout: '42\n', code: 0 });
      expect(stderr).toMatch(/^warning: this run is not in the history: cannot write `.*history.jsonl`\n$/);
      expect((await script(`${AS_ANYBODY}lecoder-cgpu sessions list`)).stdout).toMatch(/^\*\tlocal\t/);
      expect((await script(`${AS_ANYBODY}lecoder-cgpu logs`)).stdout).toContain('ok\tkernel');
      expect((await script(`${AS_ANYBODY}lecoder-cgpu auth status`)).code).toBe(3);
    });
  });

  test.each(['config set defaultGpu L4', 'logs clear --confirm', 'sessions switch local'])(
    'refuses what would have to be kept: %s',
    async words => {
      await cli.call(['run', '-k', '1']);
      await closed(cli.config, async () => {
        const { code, stderr } = await script(`${AS_ANYBODY}lecoder-cgpu ${words}`);
        expect(stderr).toMatch(
          /^error: cannot write `.*`\nhint: check the folder's owner and mode, or set `LECODER_CONFIG_DIR`/,
        );
        expect(code).toBe(1);
      });
    },
  );

  test('that is a file is named', async () => {
    const folder = freshFolder();
    await writeFile(folder, 'mine');
    const { code, stderr } = await script('lecoder-cgpu logs', { folder });
    expect(stderr).toBe(
      `error: \`${folder}/config.json\` cannot be read (ENOTDIR)\nhint: its folder is a file; \`LECODER_CONFIG_DIR\` has to name a folder\n`,
    );
    expect(code).toBe(2);
    expect(await readFile(folder, 'utf8')).toBe('mine');
  });
});

onLinux('a home', () => {
  const paths = (env: Record<string, string>) =>
    script('lecoder-cgpu config path', { env, drop: ['LECODER_CONFIG_DIR', ...('HOME' in env ? [] : ['HOME'])] });

  test.each<[string, Record<string, string>]>([
    ['is not named', {}],
    ['is empty', { HOME: '' }],
    ['is relative', { HOME: 'here' }],
  ])('that %s is that of the user database', async (_, env) => {
    const { stdout, stderr, code } = await paths(env);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const { userInfo } = await import('node:os');
    expect(stdout).toBe(`${userInfo().homedir}/.config/lecoder-cgpu/config.json\n`);
  });

  test('that is not there stops nothing that only reads, and nothing is scattered over the folder we are in', async () => {
    const before = await readdir(cli.home);
    const gone = await script('lecoder-cgpu config path && lecoder-cgpu logs && lecoder-cgpu sessions list --json', {
      env: { HOME: '/proc/none' },
      drop: ['LECODER_CONFIG_DIR'],
    });
    expect(gone.stdout).toMatch(/^\/proc\/none\/\.config\/lecoder-cgpu\/config\.json\n\{.*"sessions":\[\].*\}\n$/);
    expect(gone.code).toBe(0);
    expect(await readdir(cli.home)).toEqual(before);
  });

  // Only root may be somebody else.
  if (process.getuid?.() === 0) {
    test('of a user without any is said when something is to be kept', async () => {
      const as = (text: string) => shellScript(text, { env: { PATH: path }, cwd: '/', uid: 54_321 });
      await chmod(cli.home, 0o755);
      expect(await as('lecoder-cgpu --help | head -c 5')).toMatchObject({ stderr: '', code: 0 });
      expect(await as('lecoder-cgpu logs --json')).toMatchObject({ stderr: '', code: 0 });
      const refused = await as('lecoder-cgpu config set defaultGpu L4');
      expect(refused.stderr).toMatch(/^error: cannot write `\/nonexistent\/.*\nhint: .*set `LECODER_CONFIG_DIR`/);
      expect(refused.code).toBe(1);
    });
  }
});

describe('state that cannot be used', () => {
  const NEWER = '{"version":7,"entries":{},"sessions":[]}';

  test.each([
    ['state/sessions.json', '{"version":1,"sess', 'sessions list'],
    ['state/sessions.json', NEWER, 'sessions list'],
    ['state/sessions.json', '', 'sessions list'],
    ['state/sessions.json', '[]', 'sessions list'],
    ['state/session.json', '{"refreshToken":', 'auth status'],
    ['state/session.json', NEWER, 'auth status'],
    ['tokens.json', '\u0000\u0000\u0000', 'auth logout'],
    ['tokens.json', NEWER, 'auth logout'],
  ])('%s with %j is moved aside, and that is said', async (name, text, words) => {
    const folder = freshFolder();
    await mkdir(join(folder, 'state'), { recursive: true });
    await writeFile(join(folder, name), text);
    const { stderr } = await at(folder, words);
    const aside = (await filesBelow(folder)).filter(file => file.includes('.damaged-'));
    expect(aside).toHaveLength(1);
    expect(await readFile(join(folder, aside[0] ?? ''), 'utf8')).toBe(text);
    if (process.platform !== 'win32') expect((await stat(join(folder, aside[0] ?? ''))).mode & 0o077).toBe(0);
    expect(stderr).toContain(`warning: \`${join(folder, name)}\` cannot be used (`);
    if (text === NEWER) expect(stderr).toContain('newer version of lecoder-cgpu (file version 7)');
    expect(stderr).toContain(`moved to \`${join(folder, aside[0] ?? '')}\``);
    expect(stderr).not.toMatch(TRACE);
    // and then it is as new
    expect((await at(folder, words)).stderr).not.toContain('warning');
  });

  test('a config.json that is no JSON is the user’s: named, and left alone', async () => {
    const folder = freshFolder();
    await mkdir(folder);
    await writeFile(join(folder, 'config.json'), '{\n  "clientSecret": "hidden-value",,\n}');
    for (const words of ['logs', 'run -k 1', 'config list', 'config set defaultGpu L4']) {
      const { code, stderr, stdout } = await at(folder, words);
      expect(stderr).toContain('is not valid JSON: line 2, column 34');
      expect(stdout + stderr).not.toContain('hidden-value');
      expect(code).toBe(2);
    }
    expect(await filesBelow(folder)).toEqual(['config.json']);
  });

  test('a history whose last line was torn keeps all others, and goes on', async () => {
    const folder = freshFolder();
    await mkdir(join(folder, 'state'), { recursive: true });
    const entry = await lineOfHistory();
    await writeFile(
      join(folder, 'state', 'history.jsonl'),
      `${entry}\n{"torn":\n\u0000\u0000\n${entry}\n{"id":"x","tim`,
    );
    const count = async () => JSON.parse((await at(folder, 'logs --json')).stdout).data.length;
    expect(await count()).toBe(2);
    await at(folder, 'run --runtime jupyter --server http://127.0.0.1:9 -k 1');
    expect(await count()).toBe(3);
  });
});

/** For what makes no sense on the system at hand. */
function undeclared(_name: string, _tests: () => void): void {}

async function lineOfHistory(): Promise<string> {
  await cli.call(['run', '-k', '1']);
  return (await readFile(join(cli.config, 'state', 'history.jsonl'), 'utf8')).trim().split('\n').at(-1) ?? '';
}

/** Nobody may write in the folder and those below while `work` is done. */
async function closed(folder: string, work: () => Promise<void>): Promise<void> {
  const all = [folder, join(folder, 'state'), join(folder, 'state', 'logs')];
  for (const each of all) await chmod(each, 0o500);
  await chmod(join(folder, 'state', 'history.jsonl'), 0o400);
  try {
    await work();
  } finally {
    for (const each of all) await chmod(each, 0o700);
    await chmod(join(folder, 'state', 'history.jsonl'), 0o600);
  }
}

/** Files but the debug log, by their paths in the folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter(entry => entry.isFile() && !entry.parentPath.endsWith('logs'))
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
