import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AtTerminal, atTerminal, bundle } from '../support/at-terminal.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

let server: TestServer;
let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startJupyter();
});
afterAll(async () => {
  await server?.stop();
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lecoder-prompt-'));
  env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TMPDIR: home,
    LECODER_CONFIG_DIR: join(home, 'config'),
    LECODER_RUNTIME: 'jupyter',
    JUPYTER_SERVER_URL: server.url.href,
    JUPYTER_TOKEN: server.token,
    NO_COLOR: '1',
  };
  return () => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

async function runPiped(args: readonly string[], input: string) {
  const child = spawn(process.execPath, [await bundle(), ...args], { env, cwd: home });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr, last: `${stdout.trimEnd().split('\n').at(-1)}\n` };
}

const open = (args: readonly string[] = [], more: Record<string, string> = {}) =>
  atTerminal(['connect', '-m', 'kernel', ...args], { env: { ...env, ...more }, cwd: home });

/** As a person does: typed when the prompt stands there. */
async function at(screen: AtTerminal, prompt: string, keys: string): Promise<void> {
  await screen.sees(prompt);
  screen.type(keys);
}

test('numbered prompts and results; a function of several lines, indented by the kernel; Ctrl-D leaves', async () => {
  const screen = await open();
  await at(screen, 'In [1]: ', '6 * 7\r');
  await screen.sees('Out[1]: 42');
  await at(screen, 'In [2]: ', 'def double(x):\r');
  await at(screen, '   ...:     ', 'return 2 * x\r');
  await at(screen, '   ...:     ', '\r');
  await at(screen, 'In [3]: ', 'double("Grüße ✓ ")\r');
  await screen.sees("Out[3]: 'Grüße ✓ Grüße ✓ '");
  await at(screen, 'In [4]: ', '\u0004');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('Tab fills in what is certain and lists what is not, also in the middle of a cell', async () => {
  const screen = await open();
  await at(screen, 'In [1]: ', 'zebra_crossing = 5; zebra_foal = 6\r');
  await at(screen, 'In [2]: ', 'zeb\t');
  await screen.sees('In [2]: zebra_');
  screen.type('\t');
  await screen.sees(/zebra_crossing +zebra_foal/);
  screen.type('c\t + 1\r');
  await screen.sees('Out[2]: 6');
  await at(screen, 'In [3]: ', 'if True:\r');
  await at(screen, '   ...:     ', 'print(zebra_f\t)\r');
  await at(screen, '   ...:     ', '\r');
  await screen.sees(/^6\r$/m);
  await at(screen, 'In [4]: ', '"😀".isal\t\r');
  await screen.sees('isal');
  await at(screen, 'In [5]: ', 'exit\r');
  expect((await screen.ended()).code).toBe(0);
});

test('help is shown, magics and shell commands run, `%load` fills the next prompt', async () => {
  const screen = await open();
  await at(screen, 'In [1]: ', 'len?\r');
  await screen.sees('Return the number of items in a container');
  await at(screen, 'In [2]: ', '!echo from-the-"shell"\r');
  await screen.sees(/^from-the-shell/m);
  await at(screen, 'In [3]: ', '%pwd\r');
  await screen.sees('Out[3]: ');
  await at(screen, 'In [4]: ', '%recall 3\r');
  await screen.sees('In [5]: %pwd');
  screen.type('\u0003');
  await at(screen, 'In [5]: ', 'quit()\r');
  expect((await screen.ended()).code).toBe(0);
});

test('Ctrl-C clears the line, or stops the cell; the variables stay', async () => {
  const screen = await open();
  await at(screen, 'In [1]: ', 'kept = 1\r');
  await at(screen, 'In [2]: ', 'this is nonsense');
  await screen.sees('nonsense');
  screen.type('\u0003');
  await screen.sees('^C');
  await at(screen, 'In [2]: ', 'def unfinished():\r');
  await at(screen, '   ...:     ', '\u0003');
  await at(screen, 'In [2]: ', 'print("run" + "ning"); import time; time.sleep(600)\r');
  await screen.sees('running\r\n');
  screen.type('\u0003');
  await screen.sees('KeyboardInterrupt');
  await at(screen, 'In [3]: ', 'kept\r');
  await screen.sees('Out[3]: 1');
  await at(screen, 'In [4]: ', '\u0004');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('a cell that will not stop is left with the fourth Ctrl-C', async () => {
  const screen = await open();
  const stubborn = [
    'import time',
    'print("be" + "gun")',
    'for i in range(300):',
    ' try: time.sleep(.1)',
    ' except KeyboardInterrupt: print("no" + "pe")',
  ];
  await at(screen, 'In [1]: ', `exec(${JSON.stringify(stubborn.join('\n'))})\r`);
  await screen.sees('begun');
  for (let press = 1; press <= 3; press += 1) {
    screen.type('\u0003');
    await screen.sees(press < 3 ? 'nope' : 'the kernel does not stop');
  }
  screen.type('\u0003');
  expect(await screen.ended()).toMatchObject({ code: 130, restored: true });
});

test('`input()` and `getpass()` are answered at the prompt; a password is not shown, and a cell that waits can be stopped', async () => {
  const screen = await open();
  await at(screen, 'In [1]: ', 'name = input("wh" + "o? "); name.upper()\r');
  await at(screen, 'who? ', 'zoë\r');
  await screen.sees("Out[1]: 'ZOË'");
  await at(screen, 'In [2]: ', 'import getpass; len(getpass.getpass("sec" + "ret: "))\r');
  await at(screen, 'secret: ', 'hush-hush\r');
  await screen.sees('Out[2]: 9');
  expect(screen.shown).not.toContain('hush');
  await at(screen, 'In [3]: ', 'input("nev" + "er: ")\r');
  await at(screen, 'never: ', '\u0003');
  await screen.sees('KeyboardInterrupt');
  await at(screen, 'In [4]: ', 'input("en" + "d: ")\r');
  await at(screen, 'end: ', '\u0004');
  await screen.sees('EOFError');
  await at(screen, 'In [5]: ', '\u0004');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('what was typed before comes back with the arrows and Ctrl-R, in the next session too, and cells are in the history', async () => {
  const first = await open();
  await at(first, 'In [1]: ', 'alpha = "first"\r');
  await at(first, 'In [2]: ', 'def twice(y):\r');
  await at(first, '   ...:     ', 'return y * 2\r');
  await at(first, '   ...:     ', '\r');
  await at(first, 'In [3]: ', '1 / 0\r');
  await first.sees('ZeroDivisionError');
  await at(first, 'In [4]: ', 'exit\r');
  await first.ended();
  const file = join(home, 'config', 'state', 'repl-history');
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const second = await open();
  await at(second, 'In [4]: ', '\u0012alp');
  await second.sees('`alp\': alpha = "first"');
  second.type('\r');
  await at(second, 'In [5]: ', 'def\u001b[A');
  await second.sees('def twice(y):');
  second.type('\r');
  await at(second, 'In [6]: ', 'twice(alpha)\r');
  await second.sees("Out[6]: 'firstfirst'");
  await at(second, 'In [7]: ', '\u0012zzz\u001b');
  await at(second, 'In [7]: ', '\u0004');
  await second.ended();

  const lines = readFileSync(join(home, 'config', 'state', 'history.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const entries = lines.map(line => JSON.parse(line));
  expect(entries.find(entry => entry.code === '1 / 0')).toMatchObject({ mode: 'kernel', status: 'error' });
  expect(entries.at(-1)).toMatchObject({ code: 'twice(alpha)', result: "'firstfirst'", execution_count: 6 });
});

test('a pasted block keeps its own indentation and waits for Enter', async () => {
  const screen = await open();
  await screen.sees('In [1]: ');
  screen.type('\u001b[200~for i in range(2):\r    if i:\r        print("pas" + "ted", i)\r\r\u001b[201~');
  await screen.sees('   ...:         print("pas" + "ted", i)');
  screen.type('\r');
  await screen.sees(/^pasted 1/m);
  await at(screen, 'In [2]: ', '\u0004');
  expect(await screen.ended()).toMatchObject({ restored: true });
  expect(screen.shown.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(screen.shown.lastIndexOf('\u001b[?2004h'));
});

test('keys typed ahead of the prompt are not lost', async () => {
  const screen = await open();
  await at(screen, 'In [1]: ', 'import time; time.sleep(1)\r"a" + "head"\rexit\r');
  await screen.sees("Out[2]: 'ahead'");
  expect((await screen.ended()).code).toBe(0);
});

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const SHOW = `from IPython.display import Image; import base64; Image(base64.b64decode("${PIXEL}"))\r`;

test('an image is saved and named, or drawn where the terminal can', async () => {
  const plain = await open();
  await at(plain, 'In [1]: ', SHOW);
  const said = await plain.sees(/image saved as \S+\.png/);
  await at(plain, 'In [2]: ', 'exit\r');
  await plain.ended();
  expect(readFileSync(/saved as (\S+\.png)/.exec(said)?.[1] ?? '').toString('base64')).toBe(PIXEL);

  const kitty = await open([], { KITTY_WINDOW_ID: '1' });
  await at(kitty, 'In [2]: ', SHOW);
  await kitty.sees(`\u001b_Ga=T,f=100,q=2,m=0;${PIXEL}\u001b\\`);
  await at(kitty, 'In [3]: ', 'exit\r');
  await kitty.ended();
  expect(kitty.shown).not.toContain('image saved');
});

test('the code to begin with runs before the first prompt; `exit` gives a status where that is wanted', async () => {
  const screen = await open(
    ['--startup-code', 'ready = "set"; ready', '--startup-command', 'echo from the machine'],
    {},
  );
  await screen.sees('from the machine');
  await screen.sees("Out[1]: 'set'");
  await at(screen, 'In [2]: ', 'import sys; sys.exit(4)\r');
  await at(screen, 'In [3]: ', 'exit(3)\r');
  expect((await screen.ended()).code).toBe(0);
});

test('SIGTERM gives the terminal back, also while a cell runs', async () => {
  const screen = await open();
  await at(screen, 'In [1]: ', 'print("slee" + "ping"); import time; time.sleep(60)\r');
  await screen.sees('sleeping');
  screen.signal('SIGTERM');
  expect(await screen.ended()).toMatchObject({ code: 130, restored: true });
  const idle = await open();
  await idle.sees('In [');
  idle.signal('SIGTERM');
  expect(await idle.ended()).toMatchObject({ code: 130, restored: true });
});

test('a program on stdin runs as one, and its failure is the exit code; nothing on stdin is nothing to do', async () => {
  const piped = (program: string) => runPiped(['connect', '-m', 'kernel', '--startup-code', 'base = 40'], program);
  const ok = await piped('def f(x):\n    return base + x\n\nprint(f(2))\nf(3)\n');
  expect(ok).toMatchObject({ code: 0 });
  expect(ok.stdout).toBe(`42\n43\n${ok.last}`);
  expect(await piped('print("before")\nraise ValueError("broken")\n')).toMatchObject({ code: 5 });
  expect(await piped('')).toMatchObject({ code: 0 });
});

test('a dead kernel ends the cell and not the session', async () => {
  const screen = await open();
  await at(screen, 'In [1]: ', 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)\r');
  await screen.sees('the kernel died');
  await at(screen, 'In [1]: ', '"alive" + " again"\r');
  await screen.sees("Out[1]: 'alive again'");
  await at(screen, 'In [2]: ', '\u0004');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('a connection that is lost between two cells is opened anew; while the network is away the prompt stays', async () => {
  const wire = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  try {
    mkdirSync(join(home, 'config'));
    writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ autoReconnect: false }));
    const screen = await open([], { JUPYTER_SERVER_URL: wire.through(server.url).href });
    await at(screen, 'In [1]: ', 'survivor = 1\r');
    await screen.sees('In [2]: ');
    wire.cut();
    screen.type('survivor + 1\r');
    await screen.sees('Out[2]: 2');
    await screen.sees('In [3]: ');
    wire.refuse(true);
    wire.cut();
    screen.type('survivor + 2\r');
    await screen.sees('error: ');
    await screen.sees('In [3]: ');
    wire.refuse(false);
    screen.type('survivor + 3\r');
    await screen.sees(': 4');
    await at(screen, ']: ', '\u0004');
    expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
  } finally {
    await wire.close();
  }
});

test('colours are IPython’s, and nothing of them stands in the line that is edited', async () => {
  const screen = await atTerminal(['connect', '-m', 'kernel'], {
    env: { ...env, NO_COLOR: '', FORCE_COLOR: '1' },
    cwd: home,
  });
  await at(screen, '\u001b[32mIn [1]: \u001b[39m', '1\r');
  await screen.sees('\u001b[31mOut[1]:\u001b[39m 1');
  await at(screen, 'In [2]: ', '\u0004');
  await screen.ended();
  expect(stripVTControlCharacters(screen.shown)).toContain('In [1]: 1');
});

test('a line that is typed is painted as Python, several keys at once stand where the cursor is', async () => {
  const screen = await open([], { NO_COLOR: '', FORCE_COLOR: '1' });
  await screen.sees('In [1]: ');
  screen.type('for');
  await screen.sees('\u001b[32mfor\u001b[39m');
  screen.type('mat = "日本" # x');
  await screen.sees('In [1]: \u001b[39mform');
  await screen.sees('\u001b[33m日\u001b[39m');
  await screen.sees('\u001b[2mx\u001b[22m');
  screen.type('\u0001ab_');
  await screen.sees('ab_format = ');
  screen.type('\r');
  await at(screen, 'In [2]: ', 'ab_format * 2\r');
  await screen.sees("'日本日本'");
  await at(screen, 'In [3]: ', 'x = """one\r');
  await at(screen, '...: ', 'for\r');
  await screen.sees('\u001b[33mr\u001b[39m');
  await at(screen, '...: ', '"""; len(x)\r');
  await screen.sees(' 8');
  await at(screen, ']: ', '\u0004');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('a terminal that says it draws sixels gets them; its answer is never taken for keys, however late', async () => {
  const screen = await open();
  await screen.sees('\u001b[c');
  await at(screen, 'In [1]: ', '"be');
  screen.type('\u001b[?62;4;');
  screen.type('22cfore"\r');
  await screen.sees("Out[1]: 'before'");
  await at(screen, 'In [2]: ', SHOW);
  await screen.sees('\u001bP0;1q"1;1;1;1#0;2;');
  await screen.sees('\u001b\\');
  await at(screen, 'In [3]: ', 'import time; time.sleep(1)\r');
  screen.type('\u001b[?1;2c');
  await at(screen, 'In [4]: ', '\u0004');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
  expect(screen.shown).not.toContain('image saved');
});
