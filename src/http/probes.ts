import type { Probes } from '../core/doctor.ts';
import { Failure } from '../core/failure.ts';
import { type Host, SocketRefused } from '../core/host.ts';
import { networkFailure } from './network-failure.ts';

/** Milliseconds; the caller's own limit is shorter. */
const UPGRADE_TIMEOUT = 20_000;

/** What a check-up asks of the network, with whatever goes wrong in the words of all other commands. */
export async function probes(host: Pick<Host, 'fetch' | 'openSocket' | 'system'>): Promise<Probes> {
  const system = await host.system();
  return {
    road: url => system.road(url),
    lookUp: url => worded(url, null, () => system.lookUp(url.hostname.replace(/^\[|\]$/g, ''))),
    reach: (url, signal) => worded(url, signal, () => system.reach(url, signal)),
    get: (url, headers, signal) =>
      worded(url, signal, async () => {
        const answer = await host.fetch(url, { method: 'GET', redirect: 'manual', headers, signal });
        const said = new Date(answer.headers.get('date') ?? '');
        const date = Number.isNaN(said.getTime()) ? null : said;
        return { status: answer.status, date, text: await answer.text() };
      }),
    upgrade: (url, headers, signal) =>
      worded(url, signal, async () => {
        const socket = await host.openSocket(url, { protocols: [], headers, timeout: UPGRADE_TIMEOUT, signal });
        socket.terminate();
      }),
  };
}

async function worded<T>(url: URL, signal: AbortSignal | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failure || error instanceof SocketRefused) throw error;
    throw networkFailure(url, error);
  }
}
