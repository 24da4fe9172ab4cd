import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { hashOf, temporary } from '../support/files.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';

const SUPPORT = join(process.cwd(), 'test', 'support');
const NOTE = 'files go through the server';

/** A server, and our program with a session there. */
interface Ground extends AsyncDisposable {
  readonly server: TestServer;
  readonly cli: Cli;
  readonly here: string;
}

async function ground(args: readonly string[], env: Record<string, string> = {}): Promise<Ground> {
  const server = await startJupyter({ args: [...args], env });
  const { url, token } = server;
  const own = { LECODER_RUNTIME: 'jupyter', JUPYTER_SERVER_URL: url.href, JUPYTER_TOKEN: token };
  const cli = await makeCli(own);
  const here = join(cli.home, 'here');
  await mkdir(here);
  return {
    server,
    cli,
    here,
    async [Symbol.asyncDispose]() {
      await cli.close();
      await server.stop();
    },
  };
}

/** Up, down and a look, each with its note or without. Hashes have to agree. */
async function moveBothWays({ server, cli, here }: Ground, target: string, noted: boolean): Promise<void> {
  const [from, back] = [join(here, 'from.bin'), join(here, 'back.bin')];
  await writeFile(from, randomBytes(5_000_000));
  const sha256 = await hashOf(from);
  const [remote, folder] = [join(target, 'to.bin'), noted ? target : join(server.folder, target)];
  for (const [words, local] of [
    [['upload', from, noted ? remote : join(folder, 'to.bin')], from],
    [['download', noted ? remote : join(folder, 'to.bin'), back], back],
  ] as const) {
    const done = await cli.call([...words, '--json']);
    expect(done.stderr.includes(NOTE)).toBe(noted);
    expect(JSON.parse(done.stdout)).toMatchObject({ success: true, files: [{ local, bytes: 5_000_000, sha256 }] });
  }
  expect(await hashOf(join(server.folder, target, 'to.bin'))).toBe(sha256);
  expect(await hashOf(back)).toBe(sha256);
  expect((await cli.call(['files', 'ls', folder])).stdout).toBe('to.bin\n');
}

describe('where one kernel is allowed', () => {
  let place: Ground;
  beforeAll(async () => {
    place = await ground([`--config=${join(SUPPORT, 'one-kernel-config.py')}`]);
    expect(await place.cli.call(['run', '-k', 'print(1)'])).toMatchObject({ code: 0, stdout: '1\n' });
    for (const name of ['idle', 'busy']) await mkdir(join(place.server.folder, name));
  }, 60_000);
  afterAll(() => place?.[Symbol.asyncDispose](), 30_000);

  test('it carries files while it is idle', async () => {
    await moveBothWays(place, 'idle', false);
  });

  test('the contents API does while it is busy, and the busy cell is left alone', async () => {
    const { cli, server } = place;
    const [begun, free] = ['begun', 'free'].map(name => join(server.folder, name)) as [string, string];
    const code = [
      'import os, time',
      `open(${JSON.stringify(begun)}, "w").close()`,
      `while not os.path.exists(${JSON.stringify(free)}): time.sleep(0.05)`,
      'print("done")',
    ].join('\n');
    let moved: Promise<void> = Promise.resolve();
    const cell = cli.call(['run', '-k', code]);
    try {
      while (!(await readdir(server.folder)).includes('begun')) await new Promise(resolve => setTimeout(resolve, 50));
      moved = moveBothWays(place, 'busy', true);
      await moved;
      await using local = await temporary();
      await writeFile(join(local.path, 'small'), 'klein');
      expect(await cli.call(['upload', local.path, 'folder/'])).toMatchObject({ code: 0 });
      expect((await cli.call(['files', 'cat', `folder/${local.path.split('/').at(-1)}/small`])).stdout).toBe('klein');
      expect(await cli.call(['files', 'rm', '-r', '-f', 'folder'])).toMatchObject({ code: 0 });
      expect((await cli.call(['download', '/etc/hostname', '.'])).code).toBe(2);
    } finally {
      await writeFile(free, '');
    }
    expect(await cell).toMatchObject({ code: 0, stdout: 'done\n' });
  }, 60_000);
});

test('a kernel that is not Python and answers nothing: the contents API carries files', async () => {
  await using specs = await temporary();
  await mkdir(join(specs.path, 'kernels', 'mute'), { recursive: true });
  const argv = [process.env.LECODER_TEST_PYTHON, join(SUPPORT, 'mute-kernel.py'), '-f', '{connection_file}'];
  await writeFile(
    join(specs.path, 'kernels', 'mute', 'kernel.json'),
    JSON.stringify({ argv, language: 'mute', display_name: 'Mute' }),
  );
  const mute = ['--MultiKernelManager.default_kernel_name=mute'];
  await using place = await ground(mute, { JUPYTER_PATH: specs.path });
  await mkdir(join(place.server.folder, 'mute'));
  expect(await place.cli.call(['connect', '--no-shell'])).toMatchObject({ code: 0 });
  await moveBothWays(place, 'mute', true);
  expect((await readFile(join(place.server.folder, 'mute', 'to.bin'))).byteLength).toBe(5_000_000);
}, 60_000);
