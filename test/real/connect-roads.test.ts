import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AtTerminal, atTerminal } from '../support/at-terminal.ts';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type ShellGround, shellGround } from '../support/shell-ground.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';

/** A server that starts one kernel only, and has a kernel that says it is not Python. */
const CONFIGURATION = `
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web

class OneKernel(AsyncMappingKernelManager):
    async def start_kernel(self, **options):
        if len(self.list_kernel_ids()) > 0:
            raise web.HTTPError(501, "one kernel only")
        return await super().start_kernel(**options)

c.ServerApp.kernel_manager_class = OneKernel
`;
/** Draws once, and again only when it is told that its terminal has another size. */
const FULL_SCREEN = `
import curses
def main(screen):
    while True:
        rows, columns = screen.getmaxyx()
        screen.addstr(0, 0, "top-of-the-screen %dx%d" % (columns, rows))
        screen.addstr(rows - 1, 0, "bottom-of-it")
        screen.refresh()
        if screen.getch() == ord("q"):
            return
curses.wrapper(main)
`;

let scratch: string;
let server: TestServer;
let wire: TcpProxy;
let home: string;
let env: Record<string, string>;
let shell: ShellGround['shell'];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'lecoder-roads-'));
  const spec = { argv: [process.env.LECODER_TEST_PYTHON, '-m', 'ipykernel', '-f', '{connection_file}'], language: 'R' };
  const other = join(scratch, 'kernels', 'other');
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, 'kernel.json'), JSON.stringify({ ...spec, display_name: 'Other' }));
  process.env.JUPYTER_DATA_DIR = scratch;
  server = await startJupyter();
});
afterAll(async () => {
  await server?.stop();
  delete process.env.JUPYTER_DATA_DIR;
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});
beforeEach(async () => {
  const ground = await shellGround(server);
  ({ wire, home, env, shell } = ground);
  return () => ground.close();
});

async function terminalsOf({ doorway }: TestServer): Promise<string[]> {
  const answer = await fetch(new URL('api/terminals', doorway.http), { headers: doorway.headers });
  return ((await answer.json()) as { name: string }[]).map(({ name }) => name);
}

async function leave(screen: AtTerminal): Promise<void> {
  screen.type('\rexit\r');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
}

describe("a terminal of Jupyter's", () => {
  test('has our size, follows it, passes letters and Ctrl-C on, and is gone afterwards', async () => {
    const screen = await shell(['--terminal', 'jupyter', '--startup-command', 'cd /usr\nGREETING="it\'s fine"']);
    screen.type('stty size; echo "[$PWD] [$GREETING]"; printf "%s|" Grüße 日本 ✓ 😀\r');
    await screen.sees('30 100\r\n');
    await screen.sees("[/usr] [it's fine]");
    await screen.sees('Grüße|日本|✓|😀|');
    screen.resize(72, 19);
    screen.type('\rsleep 0.2; stty size\r');
    await screen.sees('19 72\r\n');
    screen.type('(echo slee"ping"; exec sleep 600)\r');
    await screen.sees('sleeping\r\n');
    screen.type('\u0003');
    screen.type('echo still-"here"; exit 7\r');
    await screen.sees('still-here\r\n');
    // nobody tells the status
    expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
    expect(await terminalsOf(server)).toEqual([]);
  });

  test('comes back after a cut, shows nothing twice, and is ended by the escape', async () => {
    const screen = await shell(['--terminal', 'jupyter']);
    screen.type('mark=same-shell; echo on"ce"\r');
    await screen.sees('once\r\n');
    wire.refuse(true);
    wire.cut();
    await screen.sees('connection lost');
    screen.type('echo "back-$mark"\r');
    wire.refuse(false);
    await screen.sees('[lecoder-cgpu: reconnected]');
    await screen.sees('back-same-shell\r\n');
    expect(screen.shown.match(/once\r\n/g)).toHaveLength(1);
    screen.type('\r~.');
    expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
    expect(await terminalsOf(server)).toEqual([]);
  });

  test('the escape works while the network is gone, and what may go on there is named', async () => {
    const screen = await shell(['--terminal', 'jupyter']);
    wire.refuse(true);
    wire.cut();
    await screen.sees('connection lost');
    screen.type('\r~.');
    await screen.sees(/the terminal `\w+` may still run on the server/);
    expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
    for (const name of await terminalsOf(server))
      await fetch(new URL(`api/terminals/${name}`, server.url), { method: 'DELETE', headers: server.doorway.headers });
  });

  test('with a name it goes on, and shows what it showed when it is joined', async () => {
    const first = await shell(['--terminal-name', 'work']);
    first.type('mark=kept; echo some"thing"\r');
    await first.sees('something\r\n');
    first.type('~.');
    await first.sees('`lecoder-cgpu connect --terminal-name work` comes back to it');
    await first.ended();
    expect(await terminalsOf(server)).toEqual(['work']);
    const second = await atTerminal(['connect', '--terminal-name', 'work', '--startup-command', 'echo ag"ain"'], {
      env,
      cwd: home,
    });
    await second.sees('something\r\n');
    second.type('echo "still-$mark"\r');
    await second.sees('still-kept\r\n');
    await leave(second);
    expect(second.shown).not.toContain('again');
    expect(await terminalsOf(server)).toEqual([]);
  });

  test('SIGTERM ends it and gives the terminal back', async () => {
    const screen = await shell(['--terminal', 'jupyter']);
    screen.signal('SIGTERM');
    expect(await screen.ended()).toMatchObject({ code: 130, restored: true });
    expect(await terminalsOf(server)).toEqual([]);
  });
});

test.each(['remote-half', 'jupyter'])('a large paste arrives whole: %s', async road => {
  const screen = await shell(['--terminal', road]);
  const pasted = Array.from({ length: 12_000 }, (_, index) => `line ${index} äöü ${'x'.repeat(index % 60)}\r`).join('');
  const file = join(home, 'pasted');
  screen.type(`stty -icanon -echo; echo sil"ent"; head -c ${Buffer.byteLength(pasted)} > ${file}; echo ta"ken"\r`);
  await screen.sees('silent\r\n');
  screen.type(pasted);
  await screen.sees('taken');
  const hash = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
  expect(hash(readFileSync(file))).toBe(hash(pasted.replaceAll('\r', '\n')));
  await leave(screen);
});

test.each(['remote-half', 'jupyter'])('a full-screen program draws itself again after a cut: %s', async road => {
  const program = join(home, 'full-screen.py');
  writeFileSync(program, FULL_SCREEN);
  const screen = await shell(['--terminal', road]);
  screen.type(`${process.env.LECODER_TEST_PYTHON} ${program}\r`);
  await screen.sees('top-of-the-screen 100x30');
  await screen.sees('bottom-of-it');
  wire.cut();
  await screen.sees('reconnected]');
  await screen.sees('top-of-the-screen 100x30');
  await screen.sees('bottom-of-it');
  screen.type('q');
  await screen.sees('\u001b[?1049l');
  await leave(screen);
});

test('where the server starts no second kernel, the shell is its own terminal and works while a cell runs', async () => {
  const configuration = join(scratch, 'one_kernel.py');
  writeFileSync(configuration, CONFIGURATION);
  const narrow = await startJupyter({ args: [`--config=${configuration}`] });
  try {
    const there = { JUPYTER_SERVER_URL: narrow.url.href, JUPYTER_TOKEN: narrow.token };
    const screen = await shell([], there);
    expect(screen.shown).toContain('the shell is a terminal of the server');
    expect(await terminalsOf(narrow)).toHaveLength(1);
    const prompt = await atTerminal(['connect', '-m', 'kernel'], { env: { ...env, ...there }, cwd: home });
    await prompt.sees(']: ');
    prompt.type('print("bu" + "sy"); import time; time.sleep(600)\r');
    await prompt.sees('busy\r\n');
    screen.type('echo mean"while"\r');
    await screen.sees('meanwhile\r\n');
    await leave(screen);
    const another = await shell([], there);
    await leave(another);
    prompt.type('\u0003');
    await prompt.sees('KeyboardInterrupt');
    await prompt.sees(']: ');
    prompt.type('\u0004');
    await prompt.ended();
  } finally {
    await narrow.stop();
  }
});

test('where the kernels are not Python, the shell is a terminal of the server; where there is none, that is said', async () => {
  mkdirSync(join(home, 'config'));
  writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ kernelName: 'other' }));
  const screen = await shell();
  expect(screen.shown).toContain('the kernel `other` is not Python: the shell is a terminal of the server');
  await leave(screen);
  const bare = await startJupyter({ args: ['--ServerApp.terminals_enabled=False'] });
  try {
    const nowhere = await atTerminal(['connect'], { env: { ...env, JUPYTER_SERVER_URL: bare.url.href }, cwd: home });
    await nowhere.sees('the kernel `other` is not Python');
    expect(await nowhere.ended()).toMatchObject({ code: 4, restored: true });
    const asked = await atTerminal(['connect', '--terminal', 'jupyter'], {
      env: { ...env, JUPYTER_SERVER_URL: bare.url.href },
      cwd: home,
    });
    await asked.sees('the Jupyter server has no terminals');
    expect(await asked.ended()).toMatchObject({ code: 4, restored: true });
  } finally {
    await bare.stop();
  }
});

test.each([
  [['--terminal', 'colab'], '`--terminal colab` is for machines of Colab'],
  [['--terminal', 'remote-half', '--terminal-name', 'x'], 'exclude each other'],
  [['--terminal-name', 'a/b'], 'letters, digits'],
])('%j is a usage error', async (args, words) => {
  const screen = await atTerminal(['connect', ...args], { env, cwd: home });
  await screen.sees(words);
  expect(await screen.ended()).toMatchObject({ code: 2, restored: true });
});

describe("Colab's own terminal", () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(async () => emulator?.stop());

  const there = () => ({
    LECODER_EMULATOR: emulator.origin,
    LECODER_REFRESH_TOKEN: emulator.refreshToken,
    LECODER_RUNTIME: 'colab',
  });

  test('is shared, comes back after a cut, takes a large paste, and goes on when it is left by the escape', async () => {
    const screen = await shell(['--cpu', '--terminal', 'colab', '--startup-command', 'mark=shared'], there());
    screen.type('stty size; echo "[$mark]"\r');
    await screen.sees('30 100\r\n');
    await screen.sees('[shared]\r\n');
    await emulator.control('cut-sockets', {});
    await screen.sees('reconnected]');
    screen.type('echo "back-$mark"\r');
    await screen.sees('back-shared\r\n');
    expect(screen.shown.match(/\[shared\]\r\n/g)).toHaveLength(1);
    const pasted = `${'y'.repeat(50)}\r`.repeat(4000);
    const file = join(home, 'pasted');
    screen.type(
      `stty -icanon -echo; echo sil"ent"; head -c ${pasted.length} > ${file}; stty icanon echo; echo ta"ken"\r`,
    );
    await screen.sees('silent\r\n');
    screen.type(pasted);
    await screen.sees('taken');
    expect(readFileSync(file, 'utf8')).toBe(pasted.replaceAll('\r', '\n'));
    screen.type('\r~.');
    expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
    const second = await shell(['--terminal', 'colab'], there());
    second.type('echo "still-$mark"\r');
    await second.sees('still-shared\r\n');
    await leave(second);
  });

  test('a refusal after a cut may be a way in that has ended: another is asked for', async () => {
    const screen = await shell(['--cpu', '--terminal', 'colab'], there());
    await emulator.control('fail', { fault: 'proxy-terminal-socket=404x2' });
    await emulator.control('cut-sockets', {});
    await screen.sees('reconnected]', 60_000);
    screen.type('echo he"re"\r');
    await screen.sees('here\r\n');
    await leave(screen);
  });

  test("a machine of Colab's has terminals of Jupyter's as well", async () => {
    const screen = await shell(['--cpu', '--terminal', 'jupyter'], there());
    await leave(screen);
  });
});
