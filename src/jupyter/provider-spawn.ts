import type { Report } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import { ask, type HttpAnswer } from '../http/request.ts';
import { type HubHost, type HubServer, isRunning, serverModel } from './hub.ts';
import { doorwayAt } from './provider-check.ts';

/** How long a hub may take to find a machine and start a server on it. */
const SPAWN_WITHIN = 10 * 60_000;
const LOOK_EVERY = 1000;

/** True when the server had to be started first. */
export async function ensureRunning(
  host: HubHost,
  server: HubServer,
  report: Report,
  signal: AbortSignal,
): Promise<boolean> {
  if (await isRunning(host, server, signal)) return false;
  await startOnHub(host, server, report, signal);
  return true;
}

/**
 * Has the hub start the server and waits until it answers. Throws `forbidden` naming the page to open when the token
 * may not start it, `runtimeUnavailable` when it does not come up.
 */
async function startOnHub(host: HubHost, server: HubServer, report: Report, signal: AbortSignal): Promise<void> {
  const hub = doorwayAt(server.place.root, server.token);
  // Tells a wrong token from one that may do little.
  await ask(host, hub, { method: 'GET', path: 'api/user', signal });
  const id = 'hub-server';
  const name =
    server.place.server === '' ? `the server of ${server.user}` : `the server ${server.place.server} of ${server.user}`;
  await report({ type: 'step', id, text: `Starting ${name} on ${server.place.root.host}`, done: false });
  const answer = await ask(host, hub, {
    method: 'POST',
    path: serverPath(server),
    signal,
    timeout: 60_000,
    statuses: [400, 403, 404, 500],
  });
  if (answer.status === 403 || answer.status === 404) throw mayNotStart(server);
  if (answer.status === 500) throw await didNotStart(host, server, signal);
  // 400 is what it says of a server that runs or starts already, as well as of a name it does not take.
  if (
    answer.status === 400 &&
    !(await isRunning(host, server, signal)) &&
    !(await serverModel(host, server, signal))?.pending
  ) {
    throw refused(server, answer);
  }
  await untilRunning(host, server, signal);
  await report({ type: 'step', id, text: `Started ${name}`, done: true });
}

async function untilRunning(host: HubHost, server: HubServer, signal: AbortSignal): Promise<void> {
  const deadline = host.monotonic() + SPAWN_WITHIN;
  while (!(await isRunning(host, server, signal))) {
    const said = await serverModel(host, server, signal);
    if (said && !said.pending && !said.ready) throw await didNotStart(host, server, signal);
    if (host.monotonic() > deadline) throw tooSlow(server);
    await host.sleep(LOOK_EVERY, signal);
  }
}

function serverPath({ place, user }: HubServer): string {
  const owner = `api/users/${encodeURIComponent(user)}`;
  return place.server === '' ? `${owner}/server` : `${owner}/servers/${encodeURIComponent(place.server)}`;
}

/** The page on which a person can start it, and see why it does not start. */
function spawnPage({ place, user }: HubServer): string {
  const names = [user, place.server].filter(name => name !== '').map(encodeURIComponent);
  return new URL(`spawn/${names.join('/')}`, place.root).href;
}

function mayNotStart(server: HubServer): Failure {
  return new Failure('forbidden', 'the server on the hub does not run, and this token may not start it', {
    hints: [
      `Start it in a browser: ${spawnPage(server)}`,
      'Or give a token with the scopes `servers!user` and `access:servers!user`',
    ],
  });
}

function refused(server: HubServer, answer: HttpAnswer): Failure {
  return new Failure('runtimeUnavailable', 'the hub does not start the server', {
    details: answer.text.slice(0, 500),
    hints: [`Try it in a browser: ${spawnPage(server)}`],
    retryable: false,
  });
}

/** The hub keeps the reason of a failed start in the stream of its progress, which then ends at once. */
async function didNotStart(host: HubHost, server: HubServer, signal: AbortSignal): Promise<Failure> {
  const request = {
    method: 'GET',
    path: `${serverPath(server)}/progress`,
    signal,
    timeout: 5000,
    retry: false,
  } as const;
  const details = await ask(host, doorwayAt(server.place.root, server.token), request).then(
    answer => lastMessage(answer.text),
    () => null,
  );
  signal.throwIfAborted();
  return new Failure('runtimeUnavailable', 'the server on the hub did not start', {
    ...(details === null ? {} : { details }),
    hints: [`Try it in a browser: ${spawnPage(server)}`],
  });
}

/** The message of the last event of a stream of `data: {…}` lines. */
function lastMessage(stream: string): string | null {
  const last = stream
    .split('\n')
    .filter(line => line.startsWith('data: '))
    .at(-1);
  if (last === undefined) return null;
  try {
    const { message } = JSON.parse(last.slice('data: '.length)) as { message?: unknown };
    return typeof message === 'string' ? message.slice(0, 500) : null;
  } catch {
    return null;
  }
}

function tooSlow(server: HubServer): Failure {
  return new Failure(
    'runtimeUnavailable',
    `the server on the hub did not start within ${SPAWN_WITHIN / 60_000} minutes`,
    {
      hints: [`Its page says how far it is: ${spawnPage(server)}`],
    },
  );
}
