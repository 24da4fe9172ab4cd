import type { Report } from '../../core/events.ts';
import type { KernelInfo, KernelLink, KernelServer } from '../../core/execution.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import { SocketRefused } from '../../core/host.ts';
import type { Doorway } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { whenUp } from './await-machine.ts';
import { canRevive, changeSession, revive } from './ensure-session.ts';
import { findWayIn, keptDoorway, reachServer, through, type WayIn } from './reach-server.ts';

/** `user`: where the user's code lives. `helper`: the hidden one of the remote half. */
export type KernelRole = 'user' | 'helper';

export interface OpenKernel {
  readonly session: Session;
  readonly link: KernelLink;
  readonly kernelId: string;
  /** The way in of this moment: a long run outlives the one it began with. */
  readonly doorway: Doorway;
}

interface Wanted {
  readonly session: Session;
  readonly role: KernelRole;
}

/**
 * Opens the socket to one of the session's kernels. Warm, that is the first thing sent: kernel and way in are known
 * from disk and asked for again only when refused. Throws `runtimeTerminated`, `connectionTimeout`, `invalidCredentials`.
 */
export async function openKernel(
  { session, role }: Wanted,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<OpenKernel> {
  const kernelId = idOf(session, role);
  const doorway = kernelId === null ? null : keptDoorway(session, services);
  if (kernelId !== null && doorway !== null) {
    try {
      return await connect({ session, kernelId, doorway }, services, signal);
    } catch (error) {
      if (!(error instanceof SocketRefused) && !isFailure(error, 'connectionTimeout')) throw error;
      services.log.write('info', 'kernel', 'the way known from disk was refused', { role, reason: error.message });
    }
  }
  return openAfresh({ session, role }, services, report, signal);
}

async function openAfresh(
  wanted: Wanted,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<OpenKernel> {
  const found = await services.locks.hold(`session-${wanted.session.id}`, () =>
    ensureKernel(wanted, services, report, signal),
  );
  try {
    return await whenUp(found, services, report, signal, () => connect(found, services, signal));
  } catch (error) {
    if (error instanceof SocketRefused) throw refused(error);
    throw error;
  }
}

export function refused(error: SocketRefused): Failure {
  if (error.status === 401 || error.status === 403) {
    return new Failure(
      'invalidCredentials',
      `the server does not accept the token for its kernels (HTTP ${error.status})`,
      { cause: error },
    );
  }
  return new Failure('webSocketError', error.message, { cause: error });
}

/** Opens the socket to a kernel that is there. Throws `SocketRefused` and `connectionTimeout`. */
export async function connect(
  { session, kernelId, doorway }: Omit<OpenKernel, 'link'>,
  services: Services,
  signal: AbortSignal,
): Promise<OpenKernel> {
  const kernels = await services.kernels();
  let current = doorway;
  const link = await kernels.connect(doorway, kernelId, {
    signal,
    reconnect: services.settings.autoReconnect,
    renew: async renewal => {
      current = await reachServer(session, services, renewal);
      return current;
    },
  });
  return {
    session,
    kernelId,
    link,
    get doorway() {
      // Another invocation, or a reconnect, may have asked for a newer one meanwhile.
      return services.doorways.get(session.provider, session.runtime.id) ?? current;
    },
  };
}

/** Under the session's lock: ten first runs at once make one kernel. */
async function ensureKernel(
  { session: stale, role }: Wanted,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<Omit<OpenKernel, 'link'>> {
  let session = services.sessions.read().sessions.find(candidate => candidate.id === stale.id) ?? stale;
  // For a kernel that has yet to be started a way in that is still good does; one that was refused does not.
  const kept = idOf(session, role) === null ? keptDoorway(session, services) : null;
  if (kept !== null && kept.expires !== null) {
    try {
      return await kernelAt({ session, role, doorway: kept }, services, report, signal);
    } catch (error) {
      if (!isFailure(error, 'invalidCredentials')) throw error;
    }
  }
  let way: WayIn;
  try {
    way = await findWayIn(session, services, signal);
  } catch (error) {
    if (!canRevive(session, error)) throw error;
    session = await revive(session, services, report, signal);
    way = await findWayIn(session, services, signal);
  }
  const reached = session;
  return through(way, doorway => kernelAt({ session: reached, role, doorway }, services, report, signal));
}

interface Position extends Wanted {
  readonly doorway: Doorway;
}

/** The kernel of that role: the one it was, or a new one. */
async function kernelAt(
  { session, role, doorway }: Position,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<Omit<OpenKernel, 'link'>> {
  const kernels = await services.kernels();
  const former = idOf(session, role);
  const up = <T>(work: () => Promise<T>) => whenUp({ session, doorway }, services, report, signal, work);
  const alive = former === null ? null : await up(() => kernels.get(doorway, former, signal));
  if (alive && alive.state !== 'dead') return { session, doorway, kernelId: alive.id };
  if (alive) await kernels.remove(doorway, alive.id, signal);
  if (former !== null && role === 'user') {
    void report({
      type: 'warning',
      text: 'the kernel of this session is gone; a new one was started: variables of earlier runs are gone',
    });
  }
  const start = { kernels, doorway, role, session };
  const { kernel, shared } = await up(() => startKernel(start, services, report, signal));
  const change = role === 'user' || shared ? { kernelId: kernel.id } : { helperKernelId: kernel.id };
  const changed = await changeSession(services, session.id, { ...change, sharedKernel: shared });
  return { session: changed, doorway, kernelId: kernel.id };
}

interface Start {
  readonly kernels: KernelServer;
  readonly doorway: Doorway;
  readonly role: KernelRole;
  readonly session: Session;
}

async function startKernel(
  { kernels, doorway, role, session }: Start,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<{ kernel: KernelInfo; shared: boolean }> {
  const name = services.settings.kernelName;
  if (role === 'user') return { kernel: await kernels.create(doorway, name, signal), shared: session.sharedKernel };
  try {
    return { kernel: await kernels.create(doorway, name, signal), shared: false };
  } catch (error) {
    if (!isFailure(error, 'runtimeUnavailable', 'forbidden', 'apiUnavailable')) throw error;
    // A front that says "not yet" is not a server that allows no second kernel.
    if (doorway.expires !== null && isFailure(error, 'apiUnavailable')) throw error;
    const text =
      'the server starts no second kernel: shell commands share the kernel of the code and wait while it is busy';
    void report({ type: 'warning', text });
    const known = session.kernelId === null ? null : await kernels.get(doorway, session.kernelId, signal);
    return { kernel: known ?? (await kernels.create(doorway, name, signal)), shared: true };
  }
}

function idOf(session: Session, role: KernelRole): string | null {
  return role === 'user' || session.sharedKernel ? session.kernelId : session.helperKernelId;
}
