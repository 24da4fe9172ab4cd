import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { atTerminal } from '../support/at-terminal.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type ShellGround, shellGround } from '../support/shell-ground.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';

let server: TestServer;
let wire: TcpProxy;
let home: string;
let env: Record<string, string>;
let shell: ShellGround['shell'];

beforeAll(async () => {
  server = await startJupyter();
});
afterAll(async () => {
  await server?.stop();
});
beforeEach(async () => {
  const ground = await shellGround(server);
  ({ wire, home, env, shell } = ground);
  return () => ground.close();
});

test('a login shell with this terminal’s size and colours, which follows when the size changes', async () => {
  const screen = await shell([], { COLORTERM: 'truecolor' });
  screen.type('stty size; echo "$TERM-$COLORTERM"; shopt -q login_shell && echo "login"-shell\r');
  await screen.sees('30 100\r\n');
  await screen.sees('xterm-256color-truecolor');
  await screen.sees('login-shell');
  screen.type('trap \'echo "now "$(stty size)\' WINCH; echo tra"pped"\r');
  await screen.sees('trapped\r\n');
  screen.resize(72, 19);
  screen.type('\r');
  await screen.sees('now 19 72');
  screen.type('exit\r');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('letters of all scripts, Ctrl-C, and bytes as programs send them: nothing is touched on the way', async () => {
  const screen = await shell();
  screen.type('printf "%s|" Grüße 日本 ✓ | cat\r');
  await screen.sees('Grüße|日本|✓|');
  screen.type('(echo slee"ping"; exec sleep 600)\r');
  await screen.sees('sleeping\r\n');
  screen.type('\u0003');
  screen.type('echo still-"here"\r');
  await screen.sees('still-here\r\n');
  screen.type('stty -opost; printf \'one\\ntwo\'; stty opost; echo; echo ov"er"\r');
  await screen.sees('one\ntwo');
  await screen.sees('over\r\n');
  await screen.sees('$ ');
  screen.type('\u0004');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('the status of the shell is ours only where that is wanted', async () => {
  const screen = await shell();
  screen.type('exit 7\r');
  expect((await screen.ended()).code).toBe(0);
  writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ propagateExitCode: true }));
  const other = await shell();
  other.type('exit 7\r');
  expect((await other.ended()).code).toBe(7);
});

test('the command to begin with runs in the shell: its folder and variables stay', async () => {
  const command = `cd /usr && export GREETING='it'"'"'s fine' && echo begin"-"first`;
  const screen = await atTerminal(['connect', '--startup-command', command], { env, cwd: home });
  await screen.sees('begin-first');
  screen.type('echo "[$PWD] [$GREETING] [$LECODER_STARTUP]"\r');
  await screen.sees("[/usr] [it's fine] []");
  screen.type('exit\r');
  expect((await screen.ended()).code).toBe(0);
});

test('escapes: `~?` lists them, `~~` is a tilde, `~.` leaves', async () => {
  const screen = await shell();
  screen.type('~?');
  await screen.sees('~.  leave at once');
  screen.type('\recho "<"~~">"\r');
  await screen.sees('<~~>');
  screen.type('~~/nowhere\r');
  await screen.sees('/nowhere: No such file');
  screen.type('~.');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('a full-screen program that is left by the escape leaves no mouse, paste or screen modes behind', async () => {
  const screen = await shell();
  screen.type("printf '\\033[?1049h\\033[?1002;1006h\\033[?25lin full\\n'; cat\r");
  await screen.sees('in full\r\n');
  screen.type('\r~.');
  await screen.ended();
  for (const mode of ['?1049l', '?1002l', '?1006l', '?25h']) expect(screen.shown).toContain(`\u001b[${mode}`);
});

test('a dropped connection comes back to the same shell and says so; nothing typed is lost', async () => {
  const screen = await shell();
  screen.type('mark=same-shell; echo s"et"\r');
  await screen.sees('set\r\n');
  wire.refuse(true);
  wire.cut();
  await screen.sees('connection lost');
  screen.type('echo "back-$mark"\r');
  wire.refuse(false);
  await screen.sees('[lecoder-cgpu: reconnected]');
  await screen.sees('back-same-shell\r\n');
  screen.type('exit\r');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('the escape works while the network is gone', async () => {
  const screen = await shell();
  wire.refuse(true);
  wire.cut();
  await screen.sees('connection lost');
  screen.type('x'.repeat(400));
  screen.type('\r~.');
  expect(await screen.ended()).toMatchObject({ code: 0, restored: true });
});

test('a connection that is lost for good is an error, and the terminal is given back', async () => {
  mkdirSync(join(home, 'config'));
  writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ autoReconnect: false }));
  const screen = await shell();
  screen.type('printf \'\\033[?1000h\'; echo mouse"-on"\r');
  await screen.sees('mouse-on\r\n');
  wire.cut();
  await screen.sees('\u001b[?1000l');
  await screen.sees('lost the connection');
  expect(await screen.ended()).toMatchObject({ code: 4, restored: true });
});

test('Ctrl-C ends a command to begin with, not the shell', async () => {
  const screen = await atTerminal(['connect', '--startup-command', 'echo begin"-"first; sleep 600'], {
    env,
    cwd: home,
  });
  await screen.sees('begin-first\r\n');
  screen.type('\u0003');
  screen.type('echo in-the"-shell"\r');
  await screen.sees('in-the-shell\r\n');
  screen.type('exit\r');
  expect((await screen.ended()).code).toBe(0);
});

test.each(['SIGTERM', 'SIGHUP'] as const)('%s gives the terminal back', async name => {
  const screen = await shell();
  screen.signal(name);
  expect(await screen.ended()).toMatchObject({ code: 130, restored: true });
});

test('what was seen in the terminal does not stand in the history', async () => {
  const screen = await shell();
  screen.type('echo con"fid"ential; exit 3\r');
  await screen.sees('confidential');
  await screen.ended();
  const text = readFileSync(join(home, 'config', 'state', 'history.jsonl'), 'utf8');
  expect(text).not.toContain('confidential');
  expect(JSON.parse(text)).toMatchObject({ mode: 'terminal', status: 'ok', exitCode: 3, stdout: '' });
});
