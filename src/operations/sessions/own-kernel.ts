import type { Report } from '../../core/events.ts';
import { SocketRefused } from '../../core/host.ts';
import type { Doorway } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { whenUp } from './await-machine.ts';
import { canRevive, revive } from './ensure-session.ts';
import { connect, type OpenKernel, refused } from './open-kernel.ts';
import { findWayIn, keptDoorway, renewing } from './reach-server.ts';

/** Starts a kernel on the session's machine that the session does not know of, and opens it. Throws as `openKernel`. */
export async function openOwnKernel(
  wanted: Session,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<OpenKernel> {
  const { session, doorway } = await reach(wanted, services, report, signal);
  const kernels = await services.kernels();
  const { id } = await whenUp({ session, doorway }, services, report, signal, () =>
    kernels.create(doorway, services.settings.kernelName, signal),
  );
  try {
    return await open({ session, doorway, kernelId: id }, services, report, signal);
  } catch (error) {
    await removeKernel({ session, doorway, kernelId: id }, services);
    throw error;
  }
}

/** Opens a kernel that has to be there already; null when it is not, or the machine has stopped. Starts nothing. */
export async function openFormerKernel(
  session: Session,
  kernelId: string,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<OpenKernel | null> {
  const kernels = await services.kernels();
  try {
    const { doorway } = await findWayIn(session, services, signal);
    const known = await kernels.get(doorway, kernelId, signal);
    if (known === null || known.state === 'dead') return null;
    return await open({ session, doorway, kernelId }, services, report, signal);
  } catch (error) {
    if (canRevive(session, error)) return null;
    throw error;
  }
}

/** Ends a kernel of our own. It has to go also when the run is being stopped, and no failure of that is the run's. */
export async function removeKernel(live: Omit<OpenKernel, 'link'>, services: Services): Promise<void> {
  const patience = AbortSignal.timeout(10_000);
  const kernels = await services.kernels();
  try {
    await renewing(live, services, patience, doorway => kernels.remove(doorway, live.kernelId, patience));
  } catch (error) {
    services.log.write('warn', 'kernel', 'a kernel of our own was not removed', { error: String(error) });
  }
}

async function open(
  found: Omit<OpenKernel, 'link'>,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<OpenKernel> {
  try {
    return await whenUp(found, services, report, signal, () => connect(found, services, signal));
  } catch (error) {
    throw error instanceof SocketRefused ? refused(error) : error;
  }
}

async function reach(
  session: Session,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<{ readonly session: Session; readonly doorway: Doorway }> {
  const kept = keptDoorway(session, services);
  if (kept !== null && kept.expires !== null) return { session, doorway: kept };
  try {
    return { session, doorway: (await findWayIn(session, services, signal)).doorway };
  } catch (error) {
    if (!canRevive(session, error)) throw error;
    const revived = await revive(session, services, report, signal);
    return { session: revived, doorway: (await findWayIn(revived, services, signal)).doorway };
  }
}
