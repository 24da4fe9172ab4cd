import type { Services } from '../../core/services.ts';
import { probe } from './list-sessions.ts';
import { strangers } from './strangers.ts';

export interface Sweep {
  readonly removed: readonly { readonly id: string; readonly name: string }[];
  /** Not reached: kept, because not knowing is not knowing it is gone. */
  readonly unknown: readonly { readonly id: string; readonly name: string }[];
}

/** Forgets the sessions whose machine is certainly gone, and only those. */
export async function sweepSessions(services: Services, signal: AbortSignal): Promise<Sweep> {
  const { sessions } = services.sessions.read();
  // Looking is enough to settle what interrupted commands left at the provider.
  await strangers(sessions, services, signal);
  const asked = await Promise.all(
    sessions.map(async session => ({ session, liveness: await probe(session, services, signal) })),
  );
  const named = (liveness: string) =>
    asked.filter(one => one.liveness === liveness).map(({ session }) => ({ id: session.id, name: session.name }));
  const removed = named('gone');
  const gone = new Set(removed.map(({ id }) => id));
  if (gone.size > 0) {
    await services.sessions.update(list => ({
      active: list.active !== null && gone.has(list.active) ? null : list.active,
      sessions: list.sessions.filter(session => !gone.has(session.id)),
    }));
  }
  return { removed, unknown: named('unknown') };
}
