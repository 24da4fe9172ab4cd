import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { LocalSettings } from '../core/settings.ts';
import { type LocalFiles, readIfThere, writePrivate } from './files.ts';
import type { Graphics } from './graphics.ts';
import { processIdentity } from './identity.ts';
import { answers } from './life.ts';
import { type ServerRecord, writeRecord } from './record.ts';
import { pythonKernel, SERVER_LAUNCHER, serverConfig } from './server-config.ts';
import { serverEnv } from './server-env.ts';
import { configIn, runtimeIn, type ServerInfo, serverInfo } from './server-info.ts';

const READY_WITHIN = 60_000;
const LOOK_EVERY = 25;
const LOG_LIMIT = 1024 * 1024;

export interface StartDeps {
  readonly host: Host;
  readonly settings: LocalSettings;
  readonly files: LocalFiles;
}

/**
 * Starts a server on that Python, waits until it answers with our token, and records it. Call it under the lock.
 * Throws `runtimeUnavailable` when it does not come up; then nothing of it is left running.
 */
export async function startServer(
  deps: StartDeps,
  python: string,
  graphics: Promise<Graphics>,
  signal: AbortSignal,
): Promise<ServerRecord> {
  const { host, files } = deps;
  const id = `local-${randomBytes(4).toString('hex')}`;
  const folder = join(files.folder, id);
  const token = randomBytes(32).toString('hex');
  let pid: number | null = null;
  try {
    await prepare(deps, python, { folder, token });
    pid = await launch(deps, python, folder);
    const ready = await untilReady(deps, { pid, folder, token }, signal);
    const identity = await processIdentity(host, ready.pid);
    const createdAt = host.now().toISOString();
    const record = { id, ...ready, identity, token, python, createdAt, ...(await graphics), folder };
    await writeRecord(files, record);
    return record;
  } catch (error) {
    if (pid !== null) host.processes.kill(pid, 'SIGKILL', { group: true });
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

async function launch(deps: StartDeps, python: string, folder: string): Promise<number> {
  const { host, files } = deps;
  const args = ['-c', SERVER_LAUNCHER, `--config=${configIn(folder)}`];
  const env = serverEnv(host.env, { data: folder, runtime: runtimeIn(folder) });
  await rotate(files.log);
  try {
    return await host.processes.startDetached(python, args, {
      cwd: host.folders.home,
      env,
      logFile: files.log,
    });
  } catch (cause) {
    const message = `\`${python}\` cannot be started in \`${host.folders.home}\``;
    throw new Failure('runtimeUnavailable', message, { cause, retryable: false });
  }
}

async function prepare(
  { host, settings }: StartDeps,
  python: string,
  made: { folder: string; token: string },
): Promise<void> {
  await mkdir(runtimeIn(made.folder), { recursive: true, mode: 0o700 });
  const config = serverConfig({
    token: made.token,
    folder: host.folders.home,
    idleTimeout: settings.idleTimeout,
  });
  await writePrivate(configIn(made.folder), JSON.stringify(config));
  await writePrivate(
    join(made.folder, 'kernels', 'python3', 'kernel.json'),
    JSON.stringify(pythonKernel(python, host.env)),
  );
}

/** Keeps the last two logs short of no limit, and makes sure that nobody else can read the new one. */
async function rotate(log: string): Promise<void> {
  const size = await stat(log).then(
    found => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT) await rename(log, `${log}.1`);
  await (await open(log, 'a', 0o600)).close();
}

/**
 * Waits for `jpserver-<pid>.json`, which jupyter-server writes when it has its port and shortly before it listens, and
 * then for an answer. The pid in it is the real one, behind any launcher.
 */
async function untilReady(
  deps: StartDeps,
  started: { pid: number; folder: string; token: string },
  signal: AbortSignal,
): Promise<ServerInfo> {
  const { host } = deps;
  const deadline = host.monotonic() + READY_WITHIN;
  for (;;) {
    const info = await serverInfo(started.folder);
    if (info !== null && (await answers(host, { ...info, token: started.token }, signal)) === 'yes') return info;
    if (!host.processes.isAlive(started.pid)) throw await startFailure(deps, 'ended while it started');
    if (host.monotonic() > deadline) throw await startFailure(deps, `was not ready within ${READY_WITHIN / 1000} s`);
    await host.sleep(LOOK_EVERY, signal);
  }
}

async function startFailure({ files }: StartDeps, what: string): Promise<Failure> {
  const log = (await readIfThere(files.log)) ?? '';
  return new Failure('runtimeUnavailable', `our local Jupyter server ${what}`, {
    details: log.slice(-2000),
    hints: [`Its log is \`${files.log}\``],
    retryable: false,
  });
}
