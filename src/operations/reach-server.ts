import type { Doorway } from '../core/runtime.ts';
import type { Services } from '../core/services.ts';
import type { Session } from '../core/session.ts';

/** A way in that the provider vouches for now. Throws what `RuntimeProvider.open` throws. */
export async function reachServer(session: Session, services: Services, signal: AbortSignal): Promise<Doorway> {
  const provider = await services.provider(session.provider);
  const doorway = await provider.open(session.runtime.id, signal);
  await services.doorways.put(session.provider, session.runtime.id, doorway);
  return doorway;
}
