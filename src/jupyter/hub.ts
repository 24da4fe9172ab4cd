import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Doorway, Liveness } from '../core/runtime.ts';
import { ask } from '../http/request.ts';
import { type HubPlace, userServer } from './provider-address.ts';
import { doorwayAt, hasText } from './provider-check.ts';

export type HubHost = Pick<Host, 'fetch' | 'sleep' | 'monotonic'>;

/** A user's server on a hub, and the token to ask with. */
export interface HubServer {
  readonly place: HubPlace;
  readonly user: string;
  readonly token: string | null;
}

/**
 * Statuses of a hub for a server that does not run, measured on JupyterHub 6.1: `/user/NAME/api/…` redirects to
 * `/hub/user/NAME/api/…`, which says 424 (503 before JupyterHub 2.0), or redirects to the login page for a token the hub
 * does not know. Below a user's running default server, the path of a named one is 404.
 */
const NOT_RUNNING = [301, 302, 303, 307, 308, 404, 424, 503] as const;

/** The hub whose front page that address is, or null: it sends `api` on to `hub/api`, where no single server would. */
export async function hubAt(host: HubHost, base: URL, signal: AbortSignal): Promise<HubPlace | null> {
  const statuses = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405];
  const answer = await ask(host, doorwayAt(base, null), { method: 'GET', path: 'api', signal, statuses });
  const target = answer.headers.get('location');
  const root = new URL('hub/', base);
  const isHub =
    target !== null && URL.canParse(target, base.href) && new URL(target, base).href === new URL('api', root).href;
  return isHub ? { root, user: null, server: '' } : null;
}

/** Whom the hub takes the token for. Throws `invalidCredentials` when for nobody, `usage` when for no user. */
export async function hubUser(
  host: HubHost,
  place: HubPlace,
  token: string | null,
  signal: AbortSignal,
): Promise<string> {
  const answer = await ask(host, doorwayAt(place.root, token), { method: 'GET', path: 'api/user', signal });
  const body = answer.json() as { name?: unknown; kind?: unknown };
  if (hasText(body, 'name') && body.kind === 'user') return String(body.name);
  throw new Failure('usage', 'the token is not that of a user of the hub', {
    hints: [`Name the user's server: \`--server ${new URL('../user/NAME/', place.root).href}\``],
  });
}

/** True when the hub has the server running. */
export async function isRunning(host: HubHost, server: HubServer, signal: AbortSignal): Promise<boolean> {
  const answer = await ask(host, doorwayOf(server), {
    method: 'GET',
    path: 'api',
    signal,
    statuses: NOT_RUNNING,
    retry: false,
  });
  return answer.status === 200 && hasText(answer.json(), 'version');
}

/** `gone` only when the hub itself says that the server does not run. */
export async function hubLiveness(host: HubHost, server: HubServer, signal: AbortSignal): Promise<Liveness> {
  if (await isRunning(host, server, signal)) return 'alive';
  const said = await serverModel(host, server, signal);
  if (said === null) return 'unknown';
  return said.ready || said.pending ? 'unknown' : 'gone';
}

interface ServerModel {
  readonly ready: boolean;
  readonly pending: boolean;
}

/** What the hub says of the server; null when the token may not know. No entry means that it does not run. */
export async function serverModel(host: HubHost, server: HubServer, signal: AbortSignal): Promise<ServerModel | null> {
  const path = `api/users/${encodeURIComponent(server.user)}`;
  const answer = await ask(host, doorwayAt(server.place.root, server.token), {
    method: 'GET',
    path,
    signal,
    statuses: [403, 404],
  });
  if (answer.status !== 200) return null;
  const { servers } = answer.json() as {
    servers?: Record<string, { ready?: unknown; pending?: unknown } | undefined>;
  };
  if (servers === undefined) return null;
  const found = servers[server.place.server];
  return { ready: found?.ready === true, pending: typeof found?.pending === 'string' };
}

function doorwayOf(server: HubServer): Doorway {
  return doorwayAt(userServer(server.place, server.user), server.token);
}
