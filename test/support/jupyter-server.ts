import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Doorway } from '../../src/core/runtime.ts';

export interface TestServer {
  readonly url: URL;
  readonly token: string;
  readonly folder: string;
  readonly process: ChildProcess;
  readonly doorway: Doorway;
  stop(): Promise<void>;
}

/** Starts a real jupyter-server on a free loopback port in a folder of its own. `args` go to the server as they are. */
export async function startJupyter(
  options: { args?: string[]; prefix?: string; env?: Record<string, string> } = {},
): Promise<TestServer> {
  const python = process.env.LECODER_TEST_PYTHON;
  if (!python) throw new Error('LECODER_TEST_PYTHON is not set');
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-jupyter-'));
  const port = await freePort();
  const token = 'test-token-of-the-real-server';
  const prefix = options.prefix ?? '/';
  const child = spawn(
    python,
    [
      '-m',
      'jupyter_server',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.base_url=${prefix}`,
      `--ServerApp.root_dir=${folder}`,
      ...(options.args ?? []),
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        JUPYTER_TOKEN: token,
        JUPYTER_CONFIG_DIR: join(folder, '.config'),
        JUPYTER_RUNTIME_DIR: join(folder, '.runtime'),
        IPYTHONDIR: join(folder, '.ipython'),
        ...options.env,
      },
    },
  );
  let log = '';
  child.stderr.on('data', chunk => {
    log = (log + chunk).slice(-20_000);
  });
  const url = new URL(`http://127.0.0.1:${port}${prefix}`);
  const headers = { Authorization: `token ${token}` };
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`jupyter-server ended with ${child.exitCode}:\n${log}`);
    if (await answers(new URL('api/status', url), headers)) break;
    if (Date.now() > deadline) throw new Error(`jupyter-server did not answer within 60 s:\n${log}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  const ws = new URL(url);
  ws.protocol = 'ws:';
  return {
    url,
    token,
    folder,
    process: child,
    doorway: { http: url, ws, headers, expires: null },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise(resolve => child.once('exit', resolve));
        await fetch(new URL('api/shutdown', url), { method: 'POST', headers }).catch(() => child.kill('SIGTERM'));
        const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
        await ended;
        clearTimeout(late);
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function answers(url: URL, headers: Record<string, string>): Promise<boolean> {
  try {
    return (await fetch(url, { headers })).ok;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
