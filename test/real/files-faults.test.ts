import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/core/events.ts';
import type { Transfer } from '../../src/core/files.ts';
import { type Cli, makeCli } from '../support/cli.ts';
import { asNobody, down, execute, hashOf, quiet, smallDisk, temporary, up, whenMoved } from '../support/files.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type KernelBench, kernelBench } from '../support/kernel-bench.ts';
import { openHalf } from '../support/remote-half.ts';

const never = new AbortController().signal;
const MB = 1_000_000;
const WAYS = ['push', 'pull'] as const;
const SIDES = { push: 'the runtime', pull: 'this machine' };

let server: TestServer;
let kernel: KernelBench;
let folder: Awaited<ReturnType<typeof temporary>>;
/** Files of 10 bytes, of 5 MB, and of 40 MB, which takes a moment. */
let small: string;
let large: string;
let huge: string;
const disk = await smallDisk(4 * MB);

beforeAll(async () => {
  server = await startJupyter();
  kernel = await kernelBench(server.doorway);
  folder = await temporary();
  [small, large, huge] = ['small', 'large', 'huge'].map(name => join(folder.path, name)) as [string, string, string];
  await writeFile(small, randomBytes(10));
  await writeFile(large, randomBytes(5 * MB));
  await writeFile(huge, randomBytes(40 * MB));
}, 120_000);
afterAll(async () => {
  await kernel?.close();
  await server?.stop();
  await folder?.[Symbol.asyncDispose]();
  await disk?.[Symbol.asyncDispose]();
});

const direct = () => openHalf(server.doorway, kernel.kernelId);

interface Moving {
  readonly from: string;
  readonly to: string;
  readonly report?: Report;
}

async function move(way: (typeof WAYS)[number], { from, to, report = quiet }: Moving): Promise<Transfer> {
  await using live = await direct();
  const { files } = live.half;
  return way === 'push'
    ? await files.push(up([from], to), report, never)
    : await files.pull(down([from], to), report, never);
}

describe('a full disk', () => {
  /**
   * Files of the kernel may then have so many bytes. For who writes that is a disk without room, and unlike one of those
   * it can be had by everybody.
   */
  const limitKernel = (bytes: number | 'hard') =>
    kernel.run(`import resource
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (${bytes}, hard))`);

  test('of the runtime ends the transfer with its name, and it goes on when there is room', async () => {
    await using place = await temporary();
    const to = join(place.path, 'to');
    await limitKernel(2 * MB);
    await expect(move('push', { from: large, to }).finally(() => limitKernel('hard'))).rejects.toMatchObject({
      kind: 'fileTooLarge',
      message: `on the runtime, \`${to}\`: the file system takes no file of that size`,
    });
    expect(await readdir(place.path)).toEqual(['.to.lecoder-part']);
    expect((await move('push', { from: large, to })).resumed).toBe(2 * MB);
    expect(await hashOf(to)).toBe(await hashOf(large));
  });

  test('of this machine ends the command with its name, and the next one goes on', async () => {
    const cli = await makeCli();
    try {
      await cli.call(['connect', '--no-shell']);
      const to = join(cli.home, 'to');
      expect(await limited(cli, ['download', large, to, '--json'])).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(
          JSON.stringify(`on this machine, \`${to}\`: the file system takes no file of that size`),
        ),
      });
      await using full = await open('/dev/full', 'w');
      expect(await limited(cli, ['download', large, '-'], full.fd)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('the output could not be written (ENOSPC'),
      });
      expect(await cli.json(['download', large, to, '--json'])).toMatchObject({ resumed: 4000 * 512 });
      expect(await hashOf(to)).toBe(await hashOf(large));
    } finally {
      await cli.close();
    }
  });

  // Where no disk can be mounted, the limits above stand for it: the same writes fail with another number.
  if (disk !== null)
    test.each(WAYS)('%s: fills up with many small files; what is whole stays, and the next one goes on', async way => {
      const from = join(folder.path, 'many');
      await mkdir(from, { recursive: true });
      // A page each: more than the disk has, although their bytes are fewer.
      for (let index = 0; index < 1500; index++) await writeFile(join(from, `${index}`), `${index}`);
      const to = join(disk.path, 'many');
      await expect(move(way, { from, to })).rejects.toMatchObject({
        kind: 'fileTooLarge',
        message: expect.stringMatching(new RegExp(`^on ${SIDES[way]}, .*: the disk is full$`)),
      });
      const names = (await readdir(to)).filter(name => !name.startsWith('.'));
      expect(names.length).toBeGreaterThan(500);
      for (const name of names) expect(await readFile(join(to, name), 'utf8')).toBe(name);
      await rm(to, { recursive: true });
    });
});

/** The command with files of at most 4,000 blocks of 512 bytes. */
async function limited(cli: Cli, words: readonly string[], stdout: 'pipe' | number = 'pipe') {
  const program = [process.execPath, join(process.cwd(), 'dist', 'lecoder-cgpu.cjs'), ...words];
  const child: ChildProcess = spawn('sh', ['-c', 'ulimit -f 4000; exec "$@"', 'sh', ...program], {
    cwd: cli.home,
    env: cli.env,
    stdio: ['ignore', stdout, 'pipe'],
  });
  const code = new Promise<number | null>(resolve => void child.once('close', resolve));
  const [out, err] = [child.stdout && text(child.stdout), child.stderr && text(child.stderr)];
  return { code: await code, stdout: await out, stderr: await err };
}

describe('what may not be written', () => {
  test.each(WAYS)('%s: a folder that lets nobody write is named, and so is its side', async way => {
    await using place = await temporary();
    await chmod(folder.path, 0o755);
    await chmod(place.path, 0o555);
    // What both ends load they load now: nobody may not be allowed to read it.
    await move(way, { from: small, to: join(folder.path, 'copy') });
    // The kernel is root where we are.
    await kernel.run('import os\nif not os.geteuid(): os.seteuid(65534)');
    try {
      for (const from of [small, large]) {
        const to = join(place.path, 'to');
        const moving = way === 'push' ? move(way, { from, to }) : asNobody(() => move(way, { from, to }));
        await expect(moving).rejects.toMatchObject({
          kind: 'permissionDenied',
          message: `on ${SIDES[way]}, \`${to}\`: not allowed`,
        });
      }
    } finally {
      await kernel.run('if not os.getuid(): os.seteuid(0)');
    }
    expect(await readdir(place.path)).toEqual([]);
  });

  // Windows has no such files in folders.
  if (process.platform !== 'win32')
    test.each(WAYS)('%s: a pipe is not replaced by a file, wherever it stands', async way => {
      await using place = await temporary();
      const at = (...names: string[]) => join(place.path, ...names);
      await mkdir(at('from'));
      await mkdir(at('to', 'from'), { recursive: true });
      await writeFile(at('from', 'pipe'), 'x');
      for (const pipe of [at('alone'), at('to', 'from', 'pipe')]) await execute('mkfifo', [pipe]);
      await symlink(at('alone'), at('link'));
      const refused = { kind: 'transferFailed', message: expect.stringContaining('is not replaced') };
      for (const from of [small, large])
        for (const to of [at('alone'), at('link')])
          await expect(move(way, { from, to })).rejects.toMatchObject(refused);
      await expect(move(way, { from: at('from'), to: at('to') })).rejects.toMatchObject(refused);
      for (const pipe of [at('alone'), at('to', 'from', 'pipe')]) expect((await lstat(pipe)).isFIFO()).toBe(true);
      expect((await lstat(at('link'))).isSymbolicLink()).toBe(true);
    });

  if (disk !== null)
    test('a disk that is read-only is named as that, on both sides', async () => {
      await disk.makeReadOnly();
      for (const way of WAYS)
        await expect(move(way, { from: small, to: join(disk.path, 'to') })).rejects.toMatchObject({
          kind: 'permissionDenied',
          message: `on ${SIDES[way]}, \`${join(disk.path, 'to')}\`: the file system is read-only`,
        });
    });
});

describe('a file that changes while it is read', () => {
  const changes = {
    grows: (path: string) => appendFileSync(path, 'more'),
    shrinks: (path: string) => truncateSync(path, MB),
    'is written over': (path: string) => writeFileSync(path, 'other', { flag: 'r+' }),
  };
  const cases = WAYS.flatMap(way => Object.entries(changes).map(([what, change]) => [way, what, change] as const));

  test.each(cases)('%s: that %s is named, and nothing of it is put in place', async (way, _, change) => {
    await using place = await temporary();
    const [from, to] = [join(place.path, 'from'), join(place.path, 'to')];
    await writeFile(from, await readFile(huge));
    await expect(move(way, { from, to, report: whenMoved(MB, () => change(from)) })).rejects.toMatchObject({
      kind: 'transferFailed',
      message: expect.stringContaining(`\`${from}\`: changed while it was read`),
    });
    expect(await readdir(place.path)).not.toContain('to');
  });

  test.each(WAYS)('%s: that is replaced by another arrives as it was', async way => {
    await using place = await temporary();
    const [from, to] = [join(place.path, 'from'), join(place.path, 'to')];
    await writeFile(from, await readFile(huge));
    const replace = () => {
      writeFileSync(`${from}.new`, 'other');
      renameSync(`${from}.new`, from);
    };
    await move(way, { from, to, report: whenMoved(MB, replace) });
    expect([await readFile(from, 'utf8'), await hashOf(to)]).toEqual(['other', await hashOf(huge)]);
  });
});

describe('names', () => {
  // On a Mac both are one name; there the other tests of names stand for this one.
  if (process.platform !== 'darwin')
    test('that look the same and are not stay two files', async () => {
      await using place = await temporary();
      const names = ['\u00e9', 'e\u0301', '\uac00', '\u1100\u1161', '\u212b', '\u00c5'];
      const [from, to, back] = ['from', 'to', 'back'].map(name => join(place.path, name)) as [string, string, string];
      await mkdir(from);
      for (const name of names) await writeFile(join(from, name), `${Buffer.from(name).toString('hex')}`);
      await move('push', { from, to });
      await move('pull', { from: to, to: back });
      for (const place of [to, back]) {
        expect((await readdir(place)).sort()).toEqual([...names].sort());
        for (const name of names)
          expect(await readFile(join(place, name), 'utf8')).toBe(Buffer.from(name).toString('hex'));
      }
    });

  test.each(['CON', 'aux.txt', 'ends.', 'blank ', 'a:b', 'deep/nul/x', 'back\\slash'])(
    'that Windows keeps for itself are refused there before anything has them: %j',
    async name => {
      await using place = await temporary();
      await using live = await direct();
      const [from, to] = [join(place.path, 'from'), join(place.path, 'to')];
      await mkdir(join(from, name, '..'), { recursive: true });
      await writeFile(join(from, name), 'x');
      const refused = { kind: 'transferFailed', message: expect.stringContaining('Windows allows no file of that') };
      const windows = { platform: 'win32' } as const;
      await expect(live.half.files.pull(down([from], to, windows), quiet, never)).rejects.toMatchObject(refused);
      await mkdir(join(place.path, 'into'));
      const alone = down([join(from, name.split('/')[0] ?? '')], join(place.path, 'into'), windows);
      await expect(live.half.files.pull(alone, quiet, never)).rejects.toMatchObject(refused);
      const left = [...(await readdir(to, { recursive: true })), ...(await readdir(join(place.path, 'into')))];
      expect(left.filter(path => path.includes(name.split('/').at(-1) ?? ''))).toEqual([]);
    },
  );
});
