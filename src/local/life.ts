import { isFailure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Liveness } from '../core/runtime.ts';
import { ask } from '../http/request.ts';
import { looksLike, processIdentity } from './identity.ts';
import { doorwayTo, type ServerRecord } from './record.ts';

type LifeHost = Pick<Host, 'fetch' | 'sleep' | 'platform' | 'processes'>;

/** False when the server's process has certainly ended. Asks nobody: this stands on the way of every warm run. */
export function mayRun(host: Pick<Host, 'platform' | 'processes'>, record: ServerRecord): boolean {
  return host.processes.isAlive(record.pid) && looksLike(host, record.pid, record.identity);
}

/** True when the process of that number is the server that was recorded, so that it may be ended. */
export async function isOurs(host: LifeHost, record: ServerRecord): Promise<boolean> {
  if (!mayRun(host, record)) return false;
  if (record.identity === null) return (await answers(host, record, AbortSignal.timeout(8000))) === 'yes';
  return (await processIdentity(host, record.pid)) === record.identity;
}

/** Whether the recorded server lives. `unknown` is a process that is ours and does not answer: starting, ending or stuck. */
export async function lifeOf(host: LifeHost, record: ServerRecord, signal: AbortSignal): Promise<Liveness> {
  if (!mayRun(host, record)) return 'gone';
  const answer = await answers(host, record, signal);
  if (answer === 'yes') return 'alive';
  if (record.identity === null) return answer === 'stranger' ? 'gone' : 'unknown';
  return (await processIdentity(host, record.pid)) === record.identity ? 'unknown' : 'gone';
}

/** `stranger` is a server that does not know our token: another one, at the port ours had. */
export async function answers(
  host: LifeHost,
  record: Pick<ServerRecord, 'url' | 'token'>,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'stranger'> {
  try {
    await ask(host, doorwayTo(record), {
      method: 'GET',
      path: 'api/status',
      signal,
      timeout: 5000,
      retry: false,
    });
    return 'yes';
  } catch (error) {
    if (signal.aborted) throw error;
    return isFailure(error, 'invalidCredentials', 'usage') ? 'stranger' : 'no';
  }
}
