import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPOSITORY } from '../../src/version.ts';
import { fakeProgram, type ReleaseServer, releaseServer } from '../support/release-server.ts';
import { type ProgramEnded, runProgram } from '../support/run-program.ts';

const SCRIPT = join(process.cwd(), 'install.sh');

test('both scripts and the package name the same repository', () => {
  for (const name of ['install.sh', 'install.ps1'])
    expect(readFileSync(name, 'utf8').match(/^\$?(?:REPOSITORY|Repository) ?= ?'?([^'\n]+)'?$/m)?.[1], name).toBe(
      REPOSITORY,
    );
});

// Windows has the other script.
if (process.platform !== 'win32') {
  let server: ReleaseServer;
  let home: string;
  beforeEach(async () => {
    server = await releaseServer();
    home = mkdtempSync(join(tmpdir(), 'lecoder-install-'));
    mkdirSync(join(home, 'tools'));
    mkdirSync(join(home, 'temporary'));
  });
  afterEach(async () => {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** Programs of the system by name, as all that is on the path. */
  function toolsOnly(...names: string[]): string {
    for (const name of names) {
      const found = (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, name));
      const path = found.find(each => existsSync(each));
      if (path !== undefined) symlinkSync(path, join(home, 'tools', name));
    }
    return join(home, 'tools');
  }

  function tool(name: string, script: string): void {
    writeFileSync(join(home, 'tools', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  function install(args: readonly string[], env: Record<string, string> = {}): Promise<ProgramEnded> {
    const path = `${join(home, 'tools')}${delimiter}${process.env.PATH ?? ''}`;
    const base = { HOME: home, PATH: path, TMPDIR: join(home, 'temporary'), LECODER_RELEASES_URL: server.url };
    return runProgram('/bin/sh', [SCRIPT, ...args], { env: { ...base, ...env }, cwd: home });
  }

  const program = () => join(home, '.local', 'bin', 'lecoder-cgpu');
  /** All that lies in the home, the test's own tools apart. */
  const left = () => readdirSync(home, { recursive: true }).filter(name => !/^(tools|temporary$)/.test(`${name}`));

  test('the newest version goes to ~/.local, says where it is, and knows how it came there', async () => {
    server.publish('9.1.0');
    const { code, stdout, stderr } = await install([]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`lecoder-cgpu 9.1.0 is in ${program()}`);
    expect(stderr).toContain('is not on your PATH');
    expect(readFileSync(program(), 'utf8')).toBe(fakeProgram('9.1.0'));
    expect(statSync(program()).mode & 0o777).toBe(0o755);
    const mark = join(home, '.local/share/lecoder-cgpu/lecoder-cgpu.install.json');
    expect(JSON.parse(readFileSync(mark, 'utf8'))).toEqual({ by: 'script' });
    expect(readdirSync(join(home, '.local/bin'))).toEqual(['lecoder-cgpu']);
    expect(readdirSync(join(home, 'temporary'))).toEqual([]);
  });

  test('`--uninstall` leaves nothing, and says so where there was nothing', async () => {
    server.publish('9.1.0');
    await install([]);
    expect((await install(['--uninstall'])).code).toBe(0);
    expect(left()).toEqual([]);
    const again = await install(['--uninstall']);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('nothing that this script installed')]);
  });

  test('`--uninstall` leaves what others put beside it, and a program that came another way', async () => {
    server.publish('9.1.0');
    await install([]);
    writeFileSync(join(home, '.local/bin/other'), '');
    await install(['--uninstall']);
    expect(readdirSync(join(home, '.local/bin'))).toEqual(['other']);
    writeFileSync(program(), 'by hand');
    expect((await install(['--uninstall'])).code).toBe(1);
    expect(existsSync(program())).toBe(true);
  });

  test('another version, another place, over an old one', async () => {
    server.publish('9.0.0');
    server.publish('9.1.0');
    await install(['--prefix', 'here']);
    const { code, stderr } = await install(['--version', 'v9.0.0', '--prefix=here']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('9.0.0')]);
    expect(readFileSync(join(home, 'here/bin/lecoder-cgpu'), 'utf8')).toBe(fakeProgram('9.0.0'));
    expect(existsSync(program())).toBe(false);
  });

  test('a wrong sum is refused, and nothing is left', async () => {
    server.publish('9.1.0', { wrongSum: true });
    const { code, stderr } = await install([]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not what SHA256SUMS says; nothing was installed')]);
    expect(left()).toEqual([]);
  });

  test('a program that does not run here is not installed, and why is shown', async () => {
    server.publish('9.1.0', { program: '#!/bin/sh\necho "version GLIBC_2.28 not found" >&2\nexit 1\n' });
    await install([]);
    const { code, stderr } = await install([]);
    expect(code).toBe(1);
    expect(stderr).toContain('GLIBC_2.28 not found\nerror: the program does not run on this machine');
    expect(existsSync(program())).toBe(false);
    expect(readdirSync(join(home, '.local/bin'))).toEqual([]);
  });

  const BASE = [
    'sh',
    'uname',
    'mktemp',
    'grep',
    'head',
    'tar',
    'gzip',
    'mkdir',
    'cp',
    'chmod',
    'mv',
    'rm',
    'cat',
    'cut',
  ];

  test('without curl it takes wget', async () => {
    server.publish('9.1.0');
    // macOS has none
    if (!(process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, 'wget'))))
      tool(
        'wget',
        'while [ $# -gt 1 ]; do if [ "$1" = -O ]; then out=$2; fi; shift; done; /usr/bin/curl -fsS -o "$out" "$1"',
      );
    const PATH = toolsOnly(...BASE, 'ldd', 'sha256sum', 'shasum', 'perl', 'wget', 'bash');
    const { code, stderr } = await install([], { PATH });
    expect([code, stderr]).toEqual([0, expect.stringContaining('9.1.0 is in')]);
  });

  test('without curl and wget it says what to install', async () => {
    const { code, stderr } = await install([], { PATH: toolsOnly(...BASE) });
    expect([code, stderr]).toEqual([1, 'error: neither curl nor wget is here\nhint: install one of them\n']);
  });

  test.each([
    ['a musl system', 'ldd', 'echo "musl libc (x86_64)" >&2; exit 1', 'Linux', 'x86_64', /musl[\s\S]*npm install -g/],
    ['another processor', 'uname', '', 'Linux', 'riscv64', /no program for riscv64[\s\S]*npm install -g/],
    ['another system', 'uname', '', 'FreeBSD', 'amd64', /no program for FreeBSD[\s\S]*npm install -g/],
    ['Windows', 'uname', '', 'MINGW64_NT-10.0', 'x86_64', /this is Windows[\s\S]*install\.ps1/],
  ])('%s gets the way out', async (_, name, script, system, processor, message) => {
    tool('uname', `case $1 in -s) echo ${system} ;; -m) echo ${processor} ;; esac`);
    if (name !== 'uname') tool(name, script);
    const { code, stderr } = await install([]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['Darwin', 'arm64', 'darwin-arm64'],
    ['Darwin', 'x86_64', 'darwin-x64'],
    ['Linux', 'aarch64', 'linux-arm64'],
  ])('%s on %s takes %s', async (system, processor, target) => {
    server.publish('9.1.0');
    tool('uname', `case $1 in -s) echo ${system} ;; -m) echo ${processor} ;; esac`);
    tool('sysctl', 'exit 1');
    expect((await install([])).code).toBe(0);
    expect(server.asked.at(-1)).toBe(`/releases/download/v9.1.0/lecoder-cgpu-9.1.0-${target}.tar.gz`);
  });

  test('a shell under Rosetta takes the program for the real processor', async () => {
    server.publish('9.1.0');
    tool('uname', 'case $1 in -s) echo Darwin ;; -m) echo x86_64 ;; esac');
    tool('sysctl', 'echo 1');
    await install([]);
    expect(server.asked.at(-1)).toContain('darwin-arm64');
  });

  test.each([
    [['--frobnicate'], 'there is no option `--frobnicate`'],
    [['--version'], '`--version` needs a value'],
    [['--version', '../x'], 'is not a version'],
    [['--version', '8.8.8'], 'cannot be fetched'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await install(args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(left()).toEqual([]);
  });

  test('plain HTTP to another machine is refused', async () => {
    const { code, stderr } = await install([], { LECODER_RELEASES_URL: 'http://example.org/releases' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('must be an https address')]);
  });

  test('it explains itself, and reads from a pipe; one that was cut off does nothing', async () => {
    expect((await install(['--help'])).stdout).toContain('no sudo');
    server.publish('9.1.0');
    const text = readFileSync(SCRIPT, 'utf8');
    expect(await fromPipe(text.slice(0, text.lastIndexOf('main "$@"')))).toBe(0);
    expect(left()).toEqual([]);
    expect(await fromPipe(text)).toBe(0);
    expect(existsSync(program())).toBe(true);
  });

  function fromPipe(text: string): Promise<number | null> {
    return new Promise((resolve, reject) => {
      const env = { HOME: home, PATH: process.env.PATH, TMPDIR: tmpdir(), LECODER_RELEASES_URL: server.url };
      const child = spawn('/bin/sh', ['-s', '--'], { env, cwd: home, stdio: ['pipe', 'ignore', 'ignore'] });
      child.once('error', reject);
      child.once('close', resolve);
      child.stdin.end(text);
    });
  }
}
