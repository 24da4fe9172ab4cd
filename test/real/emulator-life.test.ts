import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { BackendClient, KernelClient } from '../support/emulator-client.ts';
import { until } from '../support/until.ts';

const open: Cli[] = [];
afterEach(async () => {
  for (const cli of open.splice(0)) {
    await cli.call(['emulator', 'stop']);
    await cli.close();
  }
});

async function made(): Promise<Cli> {
  const cli = await makeCli();
  open.push(cli);
  return cli;
}

/** Signs in as a client would, with what `emulator env` says. */
async function clientOf(cli: Cli): Promise<{ client: BackendClient; origin: string; refreshToken: string }> {
  const { env } = (await cli.json(['emulator', 'env', '--json'])).data;
  const origin = env.LECODER_EMULATOR as string;
  const refreshToken = env.LECODER_REFRESH_TOKEN as string;
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'x', refresh_token: refreshToken });
  const { access_token } = (await (await fetch(`${origin}/token`, { method: 'POST', body })).json()) as {
    access_token: string;
  };
  return { client: new BackendClient(origin, access_token), origin, refreshToken };
}

/** A machine with a kernel that has started a process of its own and one that has left its parents; their ids. */
async function busyMachine(client: BackendClient): Promise<{ pids: number[]; kernel: KernelClient }> {
  const machine = await client.assign({ variant: 'GPU', accelerator: 'T4' });
  const { client: kernel } = await KernelClient.start(machine);
  const code = [
    'import os, subprocess',
    "one = subprocess.Popen(['sleep', '600'])",
    "two = subprocess.run('(sleep 600 > /dev/null 2>&1 & echo $!)', shell=True, start_new_session=True, capture_output=True, text=True)",
    'print(os.getppid(), os.getpid(), one.pid, two.stdout)',
  ];
  const { text } = await kernel.run(code.join('\n'));
  return { pids: text.trim().split(/\s+/).map(Number), kernel };
}

/** A process that has ended and was not yet collected counts as gone. */
async function lives(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text !== null && !/\) [ZX] /.test(text);
}

async function allGone(pids: readonly number[]): Promise<void> {
  await until(async () => !(await Promise.all(pids.map(lives))).includes(true));
}

test('start, use, stop: everything it started has ended, and nothing of it is left', async () => {
  const cli = await made();
  const started = await cli.json(['emulator', 'start', '--tier', 'free', '--account', 'ada@example.com', '--json']);
  expect(started.data).toMatchObject({ account: 'ada@example.com', fresh: true, running: true });
  const { client } = await clientOf(cli);
  const { pids, kernel } = await busyMachine(client);
  expect((await Promise.all(pids.map(lives))).every(Boolean)).toBe(true);
  const status = (await cli.json(['emulator', 'status', '--json'])).data;
  expect(status).toMatchObject({
    running: true,
    pid: started.data.pid,
    account: { email: 'ada@example.com', tier: 'free', balance: 0 },
    machines: [{ accelerator: 'T4' }],
  });
  expect((await cli.json(['emulator', 'start', '--json'])).data).toMatchObject({ pid: started.data.pid, fresh: false });
  expect((await cli.json(['emulator', 'stop', '--json'])).data).toEqual({ stopped: true });
  kernel.close();
  await allGone([...pids, started.data.pid]);
  expect(await readdir(join(cli.config, 'state'))).toEqual(['logs']);
  expect((await cli.call(['emulator', 'status'])).code).toBe(1);
  expect((await cli.json(['emulator', 'stop', '--json'])).data).toEqual({ stopped: false });
});

test('killed without a warning it leaves no process, and the next start is a clean one', async () => {
  const cli = await made();
  const { data } = await cli.json(['emulator', 'start', '--json']);
  const { client } = await clientOf(cli);
  const { pids, kernel } = await busyMachine(client);
  process.kill(data.pid, 'SIGKILL');
  await allGone(pids);
  kernel.close();
  expect((await cli.json(['emulator', 'status', '--json'])).data.running).toBe(false);
  const env = await cli.call(['emulator', 'env']);
  expect([env.code, env.stdout, env.stderr]).toEqual([4, '', expect.stringContaining('`lecoder-cgpu emulator start`')]);
  const next = (await cli.json(['emulator', 'start', '--json'])).data;
  expect(next).toMatchObject({ fresh: true });
  expect(next.pid).not.toBe(data.pid);
  expect(await readdir(join(cli.config, 'state', 'emulator'))).toEqual([]);
});

test('what it writes is for its owner alone, and its token is in one file only', async () => {
  const cli = await made();
  await cli.call(['emulator', 'start']);
  const { client, refreshToken } = await clientOf(cli);
  const { kernel } = await busyMachine(client);
  kernel.close();
  const holding: string[] = [];
  for (const entry of await readdir(cli.config, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    const inMachine = path.includes(join('state', 'emulator', 'gpu-'));
    if (!inMachine) expect([path, mode & 0o077]).toEqual([path, 0]);
    if (entry.isFile() && (await readFile(path, 'utf8').catch(() => '')).includes(refreshToken))
      holding.push(entry.name);
  }
  expect(holding).toEqual(['emulator.json']);
});

test('`env` speaks to several shells, also from inside', async () => {
  const cli = await made();
  await cli.call(['emulator', 'start']);
  const { origin, refreshToken } = await clientOf(cli);
  const inside = { LECODER_EMULATOR: origin, LECODER_REFRESH_TOKEN: refreshToken };
  const text = async (...words: string[]) => (await cli.call(['emulator', 'env', ...words], { env: inside })).stdout;
  expect(await text()).toBe(`export LECODER_EMULATOR='${origin}'\nexport LECODER_REFRESH_TOKEN='${refreshToken}'\n`);
  expect(await text('--shell', 'fish')).toBe(
    `set -gx LECODER_EMULATOR '${origin}'\nset -gx LECODER_REFRESH_TOKEN '${refreshToken}'\n`,
  );
  expect(await text('--shell', 'powershell')).toContain(`$env:LECODER_EMULATOR = '${origin}'`);
  expect(await text('--shell', 'dotenv')).toContain(`LECODER_EMULATOR=${origin}\n`);
  const script = 'eval "$(cat)"; printf "%s %s" "$LECODER_EMULATOR" "$LECODER_REFRESH_TOKEN"';
  expect(await piped(script, await text())).toBe(`${origin} ${refreshToken}`);
  expect((await cli.call(['emulator', 'stop'], { env: inside })).stdout).toBe(
    'Stopped the emulator and its machines\n',
  );
});

function piped(script: string, input: string): Promise<string> {
  return new Promise(resolve => {
    const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', chunk => {
      text += chunk;
    });
    child.on('close', () => resolve(text));
    child.stdin.end(input);
  });
}

test('in the foreground it runs until Ctrl-C', async () => {
  const cli = await made();
  const running = cli.call(['emulator', 'start', '--foreground', '--boot', '1s', '--latency', '5ms'], {
    watch: ({ stderr }, signal) => {
      if (stderr.includes('runs at')) signal('SIGINT');
    },
  });
  const { code, stdout, stderr } = await running;
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/The emulator runs at http:\/\/127\.0\.0\.1:\d+ until Ctrl-C/);
  expect(existsSync(join(cli.config, 'state', 'emulator.json'))).toBe(false);
});

test('flags reach it, started either way', async () => {
  const cli = await made();
  const words = [
    '--capacity',
    'A100=0,t4=1',
    '--give',
    'L4=T4',
    '--fail',
    'token=500x1,assign=503',
    '--fail',
    'ccu-info=html',
  ];
  await cli.call([
    'emulator',
    'start',
    ...words,
    '--proxy-ttl',
    '60s',
    '--no-gapi',
    '--public-api',
    '--silent-keep-alive',
    '--balance',
    '7',
  ]);
  const { origin } = (await cli.json(['emulator', 'status', '--json'])).data;
  const state = (await (await fetch(`${origin}/emulator/state`)).json()) as Record<string, unknown>;
  expect(state.settings).toMatchObject({
    capacity: { A100: 0, T4: 1 },
    give: { L4: 'T4' },
    proxyTtl: 60,
    gapi: false,
    publicApi: true,
    driveApi: true,
    keepAliveAnswers: false,
  });
  expect(state.faults).toEqual([
    { fault: 'token=500x1', left: 1 },
    { fault: 'assign=503', left: null },
    { fault: 'ccu-info=html', left: null },
  ]);
  expect(state.accounts).toMatchObject([{ balance: 7 }]);
});

test('what cannot be is refused before anything is started', async () => {
  const cli = await made();
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const refused = async (...words: string[]) => {
    const { code, stderr } = await cli.call(['emulator', 'start', ...words]);
    return [code, stderr.split('\n')[0]];
  };
  expect(await refused('--fail', 'assign=sideways')).toEqual([2, 'error: `sideways` is nothing that can go wrong']);
  expect(await refused('--fail', 'nonsense=503')).toEqual([2, 'error: `nonsense` is not an operation of the emulator']);
  expect(await refused('--capacity', 'RTX=1')).toEqual([2, 'error: there is no accelerator `RTX`']);
  expect(await refused('--capacity', 'T4=many')).toEqual([
    2,
    'error: `--capacity` takes numbers of machines, not `T4=many`',
  ]);
  expect(await refused('--account', 'nobody')).toEqual([2, 'error: `--account` takes an address, not `nobody`']);
  expect(await refused('--port', String(port), '--foreground')).toEqual([
    2,
    `error: port ${port} cannot be used: somebody else has it`,
  ]);
  await new Promise(resolve => server.close(resolve));
});
