import type { Probes } from '../../core/doctor.ts';
import { Failure } from '../../core/failure.ts';
import { SocketRefused } from '../../core/host.ts';
import type { Doorway } from '../../core/runtime.ts';
import type { Session } from '../../core/session.ts';
import { type Finding, failed, ok, skipped } from './finding.ts';

/** Takes a socket without a kernel. Not every server has it. */
const EVENTS = 'api/events/subscribe';
/** What a server says to an upgrade whose headers were taken away on the way, which leaves an ordinary request. */
const STRIPPED = [200, 301, 302, 400, 405, 426];

interface Parts {
  readonly probes: Probes;
  readonly session: Session | null;
  readonly signal: AbortSignal;
}

/** Opens a socket as a run does: to a kernel of the session where there is one. */
export async function checkWebSocket(doorway: Doorway, { probes, session, signal }: Parts): Promise<Finding> {
  const kernels = [session?.kernelId, session?.helperKernelId].filter(id => id != null);
  const paths = [...kernels.map(id => `api/kernels/${encodeURIComponent(id)}/channels`), EVENTS];
  let last: { readonly path: string; readonly status: number } | null = null;
  for (const path of paths) {
    const status = await upgrade(new URL(path, doorway.ws), doorway, { probes, signal });
    if (status === 101) return ok(`101 from ${doorway.ws.host}`, { host: doorway.ws.host, path, status });
    last = { path, status };
    // a kernel that is gone, or a server without that address: ask for the next one
    if (status !== 404) break;
  }
  const facts = { host: doorway.ws.host, path: last?.path ?? null, status: last?.status ?? null };
  if (last === null || last.status === 404) return skipped('no kernel to try it on yet: any `run` starts one', facts);
  return failed(refusal(doorway, last.status, probes), facts);
}

/** The status of the answer. */
async function upgrade(url: URL, { headers }: Doorway, { probes, signal }: Omit<Parts, 'session'>): Promise<number> {
  try {
    await probes.upgrade(url, headers, signal);
    return 101;
  } catch (error) {
    if (error instanceof SocketRefused) return error.status;
    throw error;
  }
}

function refusal({ ws }: Doorway, status: number, probes: Probes): Failure {
  if (status === 401 || status === 403) {
    return new Failure(
      'invalidCredentials',
      `${ws.host} does not accept the token for its WebSockets (HTTP ${status})`,
      {
        hints: ['check the token; a server that wants another origin or a cookie says so in its own log'],
      },
    );
  }
  if (!STRIPPED.includes(status))
    return new Failure('webSocketError', `${ws.host} answered ${status} to the WebSocket upgrade`, {
      hints: ['try again; if it stays so, look at the log of the server and of what is in front of it'],
    });
  const { proxy, variable } = probes.road(ws);
  const who =
    proxy === null ? `something in front of ${ws.host}` : `the proxy ${proxy} (\`${variable}\`), or what is behind it,`;
  return new Failure(
    'webSocketError',
    `${who} takes the \`Upgrade\` header away: the server saw an ordinary request (HTTP ${status})`,
    {
      hints: [
        'have it pass `Upgrade` and `Connection` on; in nginx: `proxy_http_version 1.1` and `proxy_set_header Upgrade $http_upgrade`',
        ...(proxy === null ? [] : [`or go around it: add \`${ws.hostname}\` to \`NO_PROXY\``]),
      ],
    },
  );
}
