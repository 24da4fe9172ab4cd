import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { ifWritable } from '../files/if-writable.ts';
import { withChanged } from './choose-session.ts';

/** Milliseconds. `lastActivity` is for people and for choosing the session used last; finer than this costs writes. */
const GRAIN = 30_000;

/** Notes that the session was used just now. */
export async function touch(session: Session, services: Services): Promise<void> {
  const now = services.host.now();
  if (now.getTime() - Date.parse(session.lastActivity) < GRAIN) return;
  const lastActivity = now.toISOString();
  await ifWritable(() => services.sessions.update(list => withChanged(list, session.id, { lastActivity })), services);
}
