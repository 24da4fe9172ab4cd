import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Off, so that the programs are measured and not the server's patience. */
const LIMITS = ['iopub_data_rate_limit', 'iopub_msg_rate_limit'].map(
  name => `--ZMQChannelsWebsocketConnection.${name}=1e12`,
);

/** A real jupyter-server on a free loopback port, in a folder of its own. */
export async function startServer(python) {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-bench-server-'));
  const port = await freePort();
  const token = 'token-of-the-benchmark';
  const url = `http://127.0.0.1:${port}/`;
  const args = ['--no-browser', '--allow-root', '--ServerApp.ip=127.0.0.1', `--ServerApp.port=${port}`];
  args.push('--ServerApp.port_retries=0', `--ServerApp.root_dir=${folder}`, ...LIMITS);
  const own = { JUPYTER_CONFIG_DIR: join(folder, '.config'), JUPYTER_RUNTIME_DIR: join(folder, '.runtime') };
  const env = { ...process.env, ...own, IPYTHONDIR: join(folder, '.ipython'), JUPYTER_TOKEN: token };
  const child = spawn(python, ['-m', 'jupyter_server', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = collect(child.stderr);
  const ended = new Promise(resolve => child.once('exit', resolve));
  const headers = { Authorization: `token ${token}` };
  const server = {
    url,
    token,
    folder,
    async stop() {
      if (child.exitCode === null) {
        await fetch(new URL('api/shutdown', url), { method: 'POST', headers }).catch(() => child.kill());
        const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
        await ended;
        clearTimeout(late);
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await untilItAnswers(server, { child, log, headers });
  return server;
}

/** A fresh kernel of that server, by its REST API. */
export async function startKernel({ url, token }) {
  const headers = { Authorization: `token ${token}`, 'Content-Type': 'application/json' };
  const answer = await fetch(new URL('api/kernels', url), {
    method: 'POST',
    headers,
    body: '{"name":"python3"}',
  });
  if (!answer.ok) throw new Error(`the server answered ${answer.status} to a new kernel`);
  return (await answer.json()).id;
}

async function untilItAnswers({ url, stop }, { child, log, headers }) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const status = await fetch(new URL('api/status', url), { headers }).then(
      answer => answer.status,
      () => 0,
    );
    if (status === 200) return;
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`jupyter-server did not come up:\n${log()}`);
    }
    await sleep(100);
  }
}

function collect(stream) {
  let text = '';
  stream.setEncoding('utf8').on('data', chunk => {
    text = (text + chunk).slice(-20_000);
  });
  return () => text;
}

async function freePort() {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}
