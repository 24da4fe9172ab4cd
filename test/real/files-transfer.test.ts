import { randomBytes, randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { down, execute, hashOf, picture, quiet, temporary, up, whenHolds, whenMoved } from '../support/files.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { openHalf, startKernel, viaProxy } from '../support/remote-half.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const never = new AbortController().signal;
const MB = 1_000_000;

let server: TestServer;
let proxy: TcpProxy;
let kernelId: string;

beforeAll(async () => {
  server = await startJupyter();
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  kernelId = await startKernel(server.doorway);
});
afterAll(async () => {
  await proxy?.close();
  await server?.stop();
});

const direct = () => openHalf(server.doorway, kernelId);

async function makeFile(path: string, bytes: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  for (let left = bytes; left > 0; left -= 4 * MB) await file.write(randomBytes(Math.min(left, 4 * MB)));
  await file.close();
}

const SCRIPTS = ['файл', '文件 名', 'αρχείο', 'ملف', 'फ़ाइल', '🙂.txt'];

/** Everything that a folder may hold. */
async function makeTree(root: string): Promise<void> {
  await mkdir(join(root, 'empty'), { recursive: true });
  await mkdir(join(root, '.hidden', 'deeper'), { recursive: true });
  for (const name of [...SCRIPTS, '-rf', 'two  blanks', 'line\nend', '"quoted"\\', '*?[x]', 'zero'])
    await writeFile(join(root, name), name === 'zero' ? '' : name);
  await writeFile(join(root, '.hidden', 'deeper', 'ünï'), 'deep');
  await makeFile(join(root, 'large.bin'), 3 * MB);
  await makeFile(join(root, `${'n'.repeat(250)}.bin`), 1_300_000);
  await symlink('/etc/hostname', join(root, 'to-outside'));
  await symlink('nowhere', join(root, 'dangling'));
  await symlink('.hidden', join(root, 'to-folder'));
  await chmod(join(root, 'zero'), 0o755);
  await chmod(join(root, 'large.bin'), 0o440);
  await utimes(join(root, '-rf'), 1_000_000_000, 1_000_000_000);
  await chmod(join(root, '.hidden'), 0o750);
  await utimes(join(root, 'empty'), 1_100_000_000, 1_100_000_000);
}

describe('a folder', () => {
  test('arrives whole and comes back whole: names, modes, times, links, empty folders', async () => {
    await using place = await temporary();
    await using live = await direct();
    const [here, there, back] = ['here', 'there', 'back'].map(name => join(place.path, name)) as [
      string,
      string,
      string,
    ];
    await makeTree(here);
    const sent = await live.half.files.push(up([here], there), quiet, never);
    expect(await picture(there)).toBe(await picture(here));
    expect(sent).toMatchObject({ folders: 4, links: 3, resumed: 0 });
    const got = await live.half.files.pull(down([there], back), quiet, never);
    expect(await picture(back)).toBe(await picture(here));
    expect(got.files).toHaveLength(sent.files.length);
    for (const { local, remote, sha256 } of sent.files) {
      expect(sha256).toBe(await hashOf(local));
      expect(sha256).toBe(await hashOf(remote));
    }
    for (const copy of [there, back]) {
      expect((await stat(join(copy, '-rf'))).mtimeMs).toBe(1_000_000_000_000);
      expect((await stat(join(copy, 'empty'))).mtimeMs).toBe(1_100_000_000_000);
    }
  });

  test.each([
    ['into a folder that is there', ['src'], 'dest'],
    ['with a slash at its end', ['src/'], 'dest'],
    ['to a new name', ['src'], 'new'],
    ['what is in it', ['src/.'], 'dest'],
    ['what is in it, to a new name', ['src/.'], 'new'],
    ['a file into a folder', ['one'], 'dest'],
    ['a file to a new name', ['one'], 'new'],
    ['a file over a file', ['one'], 'two'],
    ['several into a folder', ['one', 'src', 'two'], 'dest/'],
    ['over what is there already', ['src'], 'other'],
  ])('%s goes where `cp -r` puts it', async (_, sources, target) => {
    await using place = await temporary();
    await using live = await direct();
    const at = (side: string, path: string) => `${join(place.path, side)}/${path}`;
    for (const side of ['cp', 'up', 'down']) {
      await mkdir(at(side, 'src/inner'), { recursive: true });
      await mkdir(at(side, 'dest'));
      await mkdir(at(side, 'other/src/inner'), { recursive: true });
      await writeFile(at(side, 'other/src/inner/kept'), 'kept');
      for (const name of ['src/a', 'src/inner/b', 'one', 'two']) await writeFile(at(side, name), name);
    }
    await execute('cp', ['-r', ...sources, target], { cwd: join(place.path, 'cp') });
    await live.half.files.push(
      up(
        sources.map(name => at('up', name)),
        at('up', target),
      ),
      quiet,
      never,
    );
    await live.half.files.pull(
      down(
        sources.map(name => at('down', name)),
        at('down', target),
      ),
      quiet,
      never,
    );
    expect(await picture(join(place.path, 'up'))).toBe(await picture(join(place.path, 'cp')));
    expect(await picture(join(place.path, 'down'))).toBe(await picture(join(place.path, 'cp')));
  });

  test('is never written through a link, on either side', async () => {
    await using place = await temporary();
    await using live = await direct();
    const { files } = live.half;
    await mkdir(join(place.path, 'src/inner'), { recursive: true });
    await writeFile(join(place.path, 'src/inner/secret'), 'x');
    await mkdir(join(place.path, 'outside'));
    await mkdir(join(place.path, 'dest/src'), { recursive: true });
    await symlink(join(place.path, 'outside'), join(place.path, 'dest/src/inner'));
    const [source, target] = [join(place.path, 'src'), join(place.path, 'dest')];
    const refused = { kind: 'transferFailed', message: expect.stringContaining('is not a folder') };
    await expect(files.push(up([source], target), quiet, never)).rejects.toMatchObject(refused);
    await expect(files.pull(down([source], target), quiet, never)).rejects.toMatchObject(refused);
    expect(await readdir(join(place.path, 'outside'))).toEqual([]);
  });

  test('of 10,000 files', async () => {
    await using place = await temporary();
    await using live = await direct();
    const [here, there, back] = ['here', 'there', 'back'].map(name => join(place.path, name)) as [
      string,
      string,
      string,
    ];
    for (let folder = 0; folder < 20; folder++) {
      await mkdir(join(here, String(folder)), { recursive: true });
      for (let file = 0; file < 500; file++)
        await writeFile(join(here, String(folder), `${file}.txt`), `${folder} ${file}`);
    }
    const sent = await live.half.files.push(up([here], there), quiet, never);
    const got = await live.half.files.pull(down([there], back), quiet, never);
    expect([sent.files.length, got.files.length, sent.folders]).toEqual([10_000, 10_000, 21]);
    expect(await picture(there)).toBe(await picture(here));
    expect(await picture(back)).toBe(await picture(here));
  }, 180_000);
});

describe('a cut socket', () => {
  test.each(['push', 'pull'] as const)('%s: at random places, again and again, changes nothing', async way => {
    await using place = await temporary();
    await using live = await openHalf(viaProxy(server.doorway, proxy), kernelId);
    const [from, to] = [join(place.path, 'from'), join(place.path, 'to')];
    await makeFile(join(from, 'one.bin'), 50 * MB);
    await makeTree(join(from, 'tree'));
    const want = await picture(from);
    for (let round = 0; round < 6; round++) {
      const accepted = proxy.accepted;
      let cuts = 0;
      const report = () => {
        if (cuts < 3 && randomInt(3) === 0) {
          cuts += 1;
          proxy.cut();
        }
      };
      if (way === 'pull') proxy.cutAfter(randomInt(1, 45 * MB));
      const target = `${to}${round}`;
      await (way === 'push'
        ? live.half.files.push(up([from], target), report, never)
        : live.half.files.pull(down([from], target), report, never));
      expect(await picture(target)).toBe(want);
      expect(proxy.accepted).toBeGreaterThanOrEqual(accepted + cuts);
    }
    expect(proxy.accepted).toBeGreaterThan(1);
  });
});

describe('an interrupted transfer', () => {
  test.each(['push', 'pull'] as const)('%s: goes on where it stopped', async way => {
    await using place = await temporary();
    const [from, to] = [join(place.path, 'from.bin'), join(place.path, 'to.bin')];
    const part = join(place.path, '.to.bin.lecoder-part');
    await makeFile(from, 200 * MB);
    const begin = async (stop: AbortController) => {
      await using live = await direct();
      const { files } = live.half;
      const watching = whenHolds(part, 20 * MB).then(() => stop.abort(new Error('stopped')));
      const moving =
        way === 'push'
          ? files.push(up([from], to), quiet, stop.signal)
          : files.pull(down([from], to), quiet, stop.signal);
      await Promise.all([moving, watching]);
    };
    await expect(begin(new AbortController())).rejects.toThrow('stopped');
    await expect(stat(to)).rejects.toThrow('ENOENT');
    expect((await stat(part)).size).toBeGreaterThan(0);
    await using live = await direct();
    const { files } = live.half;
    const done = await (way === 'push'
      ? files.push(up([from], to), quiet, never)
      : files.pull(down([from], to), quiet, never));
    expect(done.resumed).toBeGreaterThan(10 * MB);
    expect(done.files[0]?.sha256).toBe(await hashOf(from));
    expect(await hashOf(to)).toBe(await hashOf(from));
    await expect(stat(part)).rejects.toThrow('ENOENT');
  });

  test.each(['push', 'pull'] as const)(
    '%s: goes on from the last mark when the end of what is there is wrong',
    async way => {
      await using place = await temporary();
      await using live = await direct();
      const { files } = live.half;
      const [from, to] = [join(place.path, 'from.bin'), join(place.path, 'to.bin')];
      await makeFile(from, 80 * MB);
      const whole = await readFile(from);
      const torn = Buffer.concat([whole.subarray(0, 50 * MB), Buffer.alloc(5000)]);
      await writeFile(join(place.path, '.to.bin.lecoder-part'), torn);
      const done = await (way === 'push'
        ? files.push(up([from], to), quiet, never)
        : files.pull(down([from], to), quiet, never));
      expect(done.resumed).toBe(32 * 1024 * 1024);
      expect(await hashOf(to)).toBe(await hashOf(from));
    },
  );

  test('begins anew when asked to, or when nothing of what is there fits', async () => {
    await using place = await temporary();
    await using live = await direct();
    const [from, to] = [join(place.path, 'from.bin'), join(place.path, 'to.bin')];
    await makeFile(from, 2 * MB);
    for (const [held, resume] of [
      [(await readFile(from)).subarray(0, MB), false],
      [randomBytes(3 * MB), true],
    ] as const) {
      await writeFile(join(place.path, '.to.bin.lecoder-part'), held);
      const done = await live.half.files.push(up([from], to, { resume }), quiet, never);
      expect(done.resumed).toBe(0);
      expect(await hashOf(to)).toBe(await hashOf(from));
    }
  });

  test('leaves alone what arrived whole before, unless it was changed since', async () => {
    await using place = await temporary();
    await using live = await direct();
    const [from, to] = [join(place.path, 'from'), join(place.path, 'to')];
    for (const name of ['a', 'b']) await makeFile(join(from, name), 2 * MB);
    await live.half.files.push(up([from], to), quiet, never);
    const { mtime, atime } = await stat(join(to, 'b'));
    await writeFile(join(to, 'b'), randomBytes(2 * MB));
    await utimes(join(to, 'b'), atime, mtime);
    const done = await live.half.files.push(up([`${from}/.`], to), quiet, never);
    expect(done.resumed).toBe(2 * MB);
    expect(await picture(to)).toBe(await picture(from));
  });

  test('a second one to the same file takes over from one whose client is gone', async () => {
    await using place = await temporary();
    const [from, to] = [join(place.path, 'from.bin'), join(place.path, 'to.bin')];
    await makeFile(from, 100 * MB);
    await using first = await openHalf(viaProxy(server.doorway, proxy), kernelId);
    const lost = first.half.files.push(up([from], to), quiet, never);
    await whenHolds(join(place.path, '.to.bin.lecoder-part'), 5 * MB);
    proxy.freeze();
    await using second = await direct();
    const done = await second.half.files.push(up([from], to), quiet, never);
    expect(await hashOf(to)).toBe(done.files[0]?.sha256);
    proxy.thaw();
    await expect(lost).rejects.toMatchObject({ message: expect.stringContaining('another transfer') });
    expect(await hashOf(to)).toBe(done.files[0]?.sha256);
  });
});

describe('what cannot be', () => {
  test.each(['push', 'pull'] as const)('%s: a file that changes while it is read is named', async way => {
    await using place = await temporary();
    await using live = await direct();
    const { files } = live.half;
    const [from, to] = [join(place.path, 'log.txt'), join(place.path, 'copy.txt')];
    await makeFile(from, 60 * MB);
    const report = whenMoved(MB, () => appendFileSync(from, 'one more line\n'));
    const moving =
      way === 'push' ? files.push(up([from], to), report, never) : files.pull(down([from], to), report, never);
    await expect(moving).rejects.toMatchObject({
      kind: 'transferFailed',
      message: expect.stringContaining(`\`${from}\`: changed while it was read`),
    });
    await expect(stat(to)).rejects.toThrow('ENOENT');
  });

  test('more than the disk holds is refused before anything is written', async () => {
    await using place = await temporary();
    await using live = await direct();
    const from = join(place.path, 'sparse');
    await writeFile(from, '');
    await truncate(from, 8 * 1024 ** 4);
    const to = join(place.path, 'to');
    const tooLarge = (side: string) => ({
      kind: 'fileTooLarge',
      message: expect.stringMatching(`^on ${side}.*needs 8\\d+ bytes`),
    });
    await expect(live.half.files.push(up([from], to), quiet, never)).rejects.toMatchObject(tooLarge('the runtime'));
    await expect(live.half.files.pull(down([from], to), quiet, never)).rejects.toMatchObject(tooLarge('this machine'));
    expect(await readdir(place.path)).toEqual(['sparse']);
  });

  test('what is missing or forbidden is named with its side', async () => {
    await using place = await temporary();
    await using live = await direct();
    const { files } = live.half;
    const [from, nothing] = [join(place.path, 'from'), join(place.path, 'nothing')];
    await writeFile(from, 'x');
    const cases = [
      [() => files.push(up([nothing], from), quiet, never), 'fileNotFound', `on this machine, \`${nothing}\``],
      [() => files.pull(down([nothing], from), quiet, never), 'fileNotFound', `on the runtime, \`${nothing}\``],
      [
        () => files.pull(down([`${nothing}/*`], from), quiet, never),
        'fileNotFound',
        `on the runtime, \`${nothing}/*\``,
      ],
      [
        () => files.push(up([from], '/sys/kernel/lecoder'), quiet, never),
        'permissionDenied',
        'on the runtime, `/sys/kernel/',
      ],
      [
        () => files.pull(down([from], '/sys/kernel/lecoder'), quiet, never),
        'permissionDenied',
        'on this machine, `/sys/kernel/',
      ],
      [
        () => files.push(up([from], `${from}/below`), quiet, never),
        'transferFailed',
        `on the runtime, \`${from}\`: is not a folder`,
      ],
      [
        () => files.pull(down([from], `${from}/`), quiet, never),
        'transferFailed',
        `on this machine, \`${from}/\`: is not a folder`,
      ],
    ] as const;
    for (const [moving, kind, message] of cases)
      await expect(moving()).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
    expect(await readFile(from, 'utf8')).toBe('x');
  });
});

test('patterns are matched on the runtime', async () => {
  await using place = await temporary();
  await using live = await direct();
  for (const name of ['a.pt', 'b.pt', 'c.txt']) await makeFile(join(place.path, 'from', name), 10);
  const to = join(place.path, 'to');
  const got = await live.half.files.pull(down([join(place.path, 'from', '*.pt')], to), quiet, never);
  expect(got.files.map(({ local }) => local)).toEqual([join(to, 'a.pt'), join(to, 'b.pt')]);
});

test('without comparing there are no hashes, and the bytes are the same', async () => {
  await using place = await temporary();
  await using live = await direct();
  const [from, there, back] = ['from', 'there', 'back'].map(name => join(place.path, name)) as [string, string, string];
  for (const bytes of [10, 2 * MB]) {
    await makeFile(from, bytes);
    const sent = await live.half.files.push(up([from], there, { verify: false }), quiet, never);
    const got = await live.half.files.pull(down([there], back, { verify: false }), quiet, never);
    expect([sent.files[0]?.sha256, got.files[0]?.sha256]).toEqual([null, null]);
    expect(await hashOf(back)).toBe(await hashOf(from));
  }
});

test('many at once to the same small file leave one of them, whole', async () => {
  await using place = await temporary();
  await using live = await direct();
  const to = join(place.path, 'to');
  const sources = Array.from({ length: 8 }, (_, index) => join(place.path, `from${index}`));
  for (const source of sources) await makeFile(source, 900_000);
  const sums = await Promise.all(sources.map(hashOf));
  await Promise.all(sources.map(source => live.half.files.push(up([source], to), quiet, never)));
  expect(sums).toContain(await hashOf(to));
  expect((await readdir(place.path)).filter(name => name.includes('lecoder-part'))).toEqual([]);
});
