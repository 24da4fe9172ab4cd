import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { ask } from '../http/request.ts';
import { isOurs, mayRun } from './life.ts';
import { doorwayTo, type ServerRecord } from './record.ts';

/** The server lets each of its kernels end in order, which takes up to five seconds. */
const ASKED = 12_000;
const SIGNALLED = 5_000;
const LOOK_EVERY = 25;

/** Ends the server and its kernels: asked first, then told. Resolves when the process is gone; a stranger's process is left alone. */
export async function stopServer(host: Host, record: ServerRecord, signal: AbortSignal): Promise<void> {
  if (!(await isOurs(host, record))) return;
  const asked = await ask(host, doorwayTo(record), {
    method: 'POST',
    path: 'api/shutdown',
    signal,
    timeout: 5000,
  }).then(
    () => true,
    () => false,
  );
  signal.throwIfAborted();
  if (asked && (await isGone(host, record, ASKED, signal))) return;
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    if (!(await isOurs(host, record))) return;
    host.processes.kill(record.pid, name, { group: name === 'SIGKILL' });
    if (await isGone(host, record, SIGNALLED, signal)) return;
  }
  throw new Failure('runtimeUnavailable', `our local Jupyter server (process ${record.pid}) does not end`, {
    retryable: false,
  });
}

async function isGone(host: Host, record: ServerRecord, within: number, signal: AbortSignal): Promise<boolean> {
  const deadline = host.monotonic() + within;
  while (mayRun(host, record)) {
    if (host.monotonic() > deadline) return false;
    await host.sleep(LOOK_EVERY, signal);
  }
  return true;
}
