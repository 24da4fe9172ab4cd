import { type Failure, isFailure } from '../../core/failure.ts';
import type { Doorway } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';

/** Milliseconds. A way in that ends sooner is asked for anew before anything is begun with it. */
const NEAR_THE_END = 5 * 60_000;

export interface WayIn {
  readonly doorway: Doorway;
  /** Why it is only the one there was: what is wrong if that is refused. */
  readonly doubt: Failure | null;
}

/**
 * A way in that the provider vouches for now. Throws what `RuntimeProvider.open` throws. When nobody can be asked for
 * another, one that has not ended yet does.
 */
export async function reachServer(session: Session, services: Services, signal: AbortSignal): Promise<Doorway> {
  return (await findWayIn(session, services, signal)).doorway;
}

/** The same, with what stood in the way of a newer one. */
export async function findWayIn(session: Session, services: Services, signal: AbortSignal): Promise<WayIn> {
  const provider = await services.provider(session.provider);
  try {
    const doorway = await provider.open(session.runtime.id, signal);
    await services.doorways.put(session.provider, session.runtime.id, doorway);
    return { doorway, doubt: null };
  } catch (error) {
    const kept = services.doorways.get(session.provider, session.runtime.id);
    if (kept?.expires == null || !isFailure(error, 'connectionTimeout', 'apiUnavailable', 'rateLimited')) throw error;
    services.log.write('warn', 'runtime', 'no newer way in could be had', { reason: error.message });
    return { doorway: kept, doubt: error };
  }
}

/** Does the work with that way in. One that is refused is no fault of the login's when no other could be asked for. */
export async function through<T>({ doorway, doubt }: WayIn, work: (doorway: Doorway) => Promise<T>): Promise<T> {
  try {
    return await work(doorway);
  } catch (error) {
    throw doubt !== null && isFailure(error, 'invalidCredentials') ? doubt : error;
  }
}

/** The way in that an earlier invocation left, if it is good for some time yet. Asks nobody. */
export function keptDoorway({ provider, runtime }: Session, { doorways, host }: Services): Doorway | null {
  const kept = doorways.get(provider, runtime.id);
  if (kept === null || kept.expires === null) return kept;
  return kept.expires.getTime() - host.now().getTime() > NEAR_THE_END ? kept : null;
}

/** Does the work with the way in there is; with a new one when that has ended meanwhile. */
export async function renewing<T>(
  { session, doorway }: { readonly session: Session; readonly doorway: Doorway },
  services: Services,
  signal: AbortSignal,
  work: (doorway: Doorway) => Promise<T>,
): Promise<T> {
  try {
    return await work(doorway);
  } catch (error) {
    if (doorway.expires === null || !isFailure(error, 'invalidCredentials')) throw error;
    return through(await findWayIn(session, services, signal), work);
  }
}
