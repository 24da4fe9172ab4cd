import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atTerminal } from '../support/at-terminal.ts';
import { type Cli, makeCli } from '../support/cli.ts';
import { hashOf, whenHolds } from '../support/files.ts';

const MB = 1_000_000;
const MOST_MEMORY = 150 * MB;

let cli: Cli;
/** Folders of this machine and of the runtime, which is this machine too. */
let here: string;
let there: string;

beforeAll(async () => {
  cli = await makeCli();
  here = join(cli.home, 'here');
  there = join(cli.home, 'there');
  await mkdir(here);
  await mkdir(there);
  expect(await cli.call(['connect', '--no-shell'])).toMatchObject({ code: 0 });
}, 180_000);
afterAll(async () => cli?.close(), 60_000);

const call: Cli['call'] = (args, options = {}) => cli.call(args, { cwd: here, ...options });
const json: Cli['json'] = (args, options = {}) => cli.json(args, { cwd: here, ...options });

async function makeFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  for (let left = bytes; left > 0; left -= 4 * MB) await file.write(randomBytes(Math.min(left, 4 * MB)));
  await file.close();
}

describe('upload and download', () => {
  test('300 MB both ways: same hash, little memory', async () => {
    await makeFile(join(here, 'large.bin'), 300 * MB);
    const sum = await hashOf(join(here, 'large.bin'));
    const memory = join(cli.home, 'memory');
    const env = {
      NODE_OPTIONS: `--require ${join(process.cwd(), 'bench', 'peak-memory.cjs')}`,
      LECODER_BENCH_MEMORY: memory,
    };
    expect(await json(['upload', 'large.bin', `${there}/`, '--json'], { env })).toMatchObject({
      command: 'upload',
      success: true,
      files: [{ local: join(here, 'large.bin'), remote: join(there, 'large.bin'), bytes: 300 * MB, sha256: sum }],
      bytes: 300 * MB,
      resumed: 0,
    });
    expect(Number(await readFile(memory, 'utf8'))).toBeLessThan(MOST_MEMORY);
    expect(await hashOf(join(there, 'large.bin'))).toBe(sum);
    expect(await json(['download', join(there, 'large.bin'), 'back.bin', '--json'], { env })).toMatchObject({
      files: [{ local: join(here, 'back.bin'), bytes: 300 * MB, sha256: sum }],
    });
    expect(Number(await readFile(memory, 'utf8'))).toBeLessThan(MOST_MEMORY);
    expect(await hashOf(join(here, 'back.bin'))).toBe(sum);
  }, 120_000);

  test.each([
    ['SIGKILL', null],
    ['SIGINT', 130],
  ] as const)(
    'after %s the next command goes on',
    async (name, code) => {
      const [from, to, part] = [`${name}.bin`, join(there, `${name}.bin`), join(there, `.${name}.bin.lecoder-part`)];
      await makeFile(join(here, from), 200 * MB);
      const stopped = call(['upload', from, to], {
        onStart: signal => void whenHolds(part, 20 * MB).then(() => signal(name)),
      });
      expect(await stopped).toMatchObject({ code });
      expect(await readdir(there)).not.toContain(from);
      const done = await json(['copy', from, to, '--json']);
      expect(done).toMatchObject({ command: 'upload', success: true, bytes: 200 * MB });
      expect(done.resumed).toBeGreaterThanOrEqual(20 * MB);
      expect(await hashOf(to)).toBe(await hashOf(join(here, from)));
      expect(await readdir(there)).not.toContain(`.${name}.bin.lecoder-part`);
    },
    120_000,
  );

  test('a name alone goes to where commands start, and comes to where we are', async () => {
    await writeFile(join(here, 'note.txt'), 'hello');
    const folder = (await cli.call(['run', 'pwd'])).stdout.trim();
    const sent = await json(['upload', 'note.txt', '--json']);
    expect(sent.files[0].remote).toBe(join(folder, 'note.txt'));
    const away = join(cli.home, 'away');
    await mkdir(away);
    expect(await call(['download', 'note.txt'], { cwd: away })).toMatchObject({ code: 0 });
    expect(await readFile(join(away, 'note.txt'), 'utf8')).toBe('hello');
  });

  test('standard input and output', async () => {
    const bytes = randomBytes(3 * MB);
    const target = join(there, 'piped.bin');
    expect(await call(['upload', '-', target], { input: bytes })).toMatchObject({ code: 0, stderr: '' });
    expect((await readFile(target)).equals(bytes)).toBe(true);
    const back = await call(['download', target, '-']);
    expect(back.bytes.equals(bytes)).toBe(true);
    expect(back.stderr).toBe('');
    expect(await call(['upload', '-'], { input: 'x' })).toMatchObject({ code: 2 });
    expect(await json(['download', target, '-', '--json'])).toMatchObject({ error: { code: 1403, exit: 2 } });
  });

  test('events with `--json-lines`, silence in a pipe', async () => {
    await makeFile(join(here, 'events.bin'), 20 * MB);
    const silent = await call(['upload', 'events.bin', there]);
    expect(silent).toMatchObject({ code: 0, stderr: '' });
    expect(silent.stdout).toMatch(/events\.bin → .*\n1 file: 19\.1 MB in .*SHA-256 compared\n$/);
    const { stdout } = await call(['upload', 'events.bin', there, '--no-resume', '--json-lines']);
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const last = lines.findLast(({ type }) => type === 'progress');
    expect(last).toMatchObject({ name: join(here, 'events.bin'), bytes: 20 * MB, total: 20 * MB, eta: 0 });
    expect(lines.at(-1)).toMatchObject({ command: 'upload', success: true, resumed: 0 });
  });

  test('a last word that is a file here is no remote folder', async () => {
    for (const name of ['1.csv', '2.csv', '3.csv']) await writeFile(join(here, name), name);
    const refused = await call(['upload', '1.csv', '2.csv', '3.csv']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--to') });
    const sent = await json(['upload', '1.csv', '2.csv', '3.csv', '--to', join(there, 'tables'), '--json']);
    expect(sent.files).toHaveLength(3);
    expect((await readdir(join(there, 'tables'))).sort()).toEqual(['1.csv', '2.csv', '3.csv']);
  });

  test('what is missing or forbidden says on which side', async () => {
    const nothing = join(there, 'nothing');
    expect(await json(['upload', 'nothing.txt', '--json'])).toMatchObject({
      error: { code: 1301, exit: 1, message: 'on this machine, `nothing.txt`: no such file or folder' },
    });
    expect(await json(['download', nothing, '--json'])).toMatchObject({
      error: { code: 1301, exit: 1, message: `on the runtime, \`${nothing}\`: no such file or folder` },
    });
    await writeFile(join(here, 'x'), 'x');
    expect(await json(['upload', 'x', '/sys/kernel/lecoder', '--json'])).toMatchObject({
      error: {
        code: 1302,
        exit: 1,
        category: 'io',
        retryable: false,
        message: expect.stringContaining('on the runtime'),
      },
    });
  });
});

describe('files', () => {
  test('ls lists as `ls` does', async () => {
    const folder = join(there, 'listed');
    await mkdir(join(folder, 'sub'), { recursive: true });
    for (const name of ['b.txt', '.hidden', 'line\nend']) await writeFile(join(folder, name), name);
    await symlink('b.txt', join(folder, 'link'));
    await utimes(join(folder, 'b.txt'), 1_000_000_000, 1_000_000_000);
    expect((await call(['files', 'ls', folder])).stdout).toBe('b.txt\nline\\nend\nlink\nsub\n');
    const { listings } = await json(['files', 'ls', '-a', folder, '--json']);
    expect(listings[0].entries.map(({ name }: { name: string }) => name)).toContain('.hidden');
    expect(listings[0].entries.find(({ name }: { name: string }) => name === 'b.txt')).toMatchObject({
      kind: 'file',
      size: 5,
      mode: '-rw-r--r--',
      modified: 1_000_000_000_000,
    });
    const long = (await call(['files', 'ls', '-l', folder])).stdout;
    expect(long).toMatch(/^-rw-r--r-- .* 5 2001-09-09 .* b\.txt$/m);
    expect(long).toMatch(/^lrwxrwxrwx .* link -> b\.txt$/m);
    expect((await call(['files', 'ls', `${folder}/*.txt`])).stdout).toBe(`${folder}/b.txt\n`);
    expect((await call(['files', 'stat', join(folder, 'sub')])).stdout).toContain('kind: folder');
  });

  test('cat writes bytes as they are', async () => {
    const bytes = randomBytes(2 * MB);
    await writeFile(join(there, 'bytes'), bytes);
    expect((await call(['files', 'cat', join(there, 'bytes')])).bytes.equals(bytes)).toBe(true);
    await writeFile(join(there, 'text'), 'žluť\n');
    expect(await json(['files', 'cat', join(there, 'text'), '--json'])).toMatchObject({ text: 'žluť\n', bytes: 7 });
    expect(await json(['files', 'cat', there, '--json'])).toMatchObject({ success: false });
  });

  test('mkdir, mv and rm', async () => {
    const at = (...names: string[]) => join(there, 'work', ...names);
    expect(await call(['files', 'mkdir', at('a')])).toMatchObject({ code: 1 });
    expect(await call(['files', 'mkdir', '-p', at('a'), at('b')])).toMatchObject({ code: 0 });
    await writeFile(at('one'), 'one');
    await writeFile(at('two'), 'two');
    expect(await json(['files', 'mv', at('one'), at('a'), '--json'])).toMatchObject({
      moved: [{ from: at('one'), to: at('a', 'one') }],
    });
    expect(await call(['files', 'mv', at('two'), at('a', 'one')])).toMatchObject({ code: 1 });
    expect(await call(['files', 'mv', '-f', at('two'), at('a', 'one')])).toMatchObject({ code: 0 });
    expect(await readFile(at('a', 'one'), 'utf8')).toBe('two');
    expect(await call(['files', 'rm', at('a')])).toMatchObject({ code: 1 });
    expect(await call(['files', 'rm', '-r', at('a')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--force'),
    });
    expect((await stat(at('a', 'one'))).size).toBe(3);
    expect(await json(['files', 'rm', '-r', '--force', at('?'), '--json'])).toMatchObject({
      paths: [at('a'), at('b')],
    });
    expect(await readdir(at())).toEqual([]);
    expect(await call(['files', 'rm', '-r', '--force', '/'])).toMatchObject({ code: 2 });
  });

  test('`rm -r` at a terminal asks: a no leaves everything, a yes removes it', async () => {
    const folder = join(there, 'asked');
    await mkdir(join(folder, 'inside'), { recursive: true });
    const answer = async (word: string) => {
      const screen = await atTerminal(['files', 'rm', '-r', folder], { env: cli.env, cwd: here });
      await screen.sees('with all that is in it? [y/N] ');
      screen.type(`${word}\r`);
      await screen.sees(word === 'y' ? `removed ${folder}` : 'nothing was removed');
      expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
    };
    await answer('n');
    await answer('');
    expect(await readdir(folder)).toEqual(['inside']);
    await answer('y');
    expect(await readdir(there)).not.toContain('asked');
  });

  test('without a session there are no files', async () => {
    const empty = { LECODER_CONFIG_DIR: join(cli.home, 'empty') };
    expect(await json(['files', 'ls', '--json'], { env: empty })).toMatchObject({ error: { code: 1403, exit: 2 } });
  });
});
