import { Failure } from '../../core/failure.ts';
import type { ProviderName, Runtime } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session, SessionList } from '../../core/session.ts';

/** The session a name, an id or an unambiguous beginning of either means. Throws `usage` when none or several do. */
export function findSession({ sessions }: SessionList, wanted: string): Session {
  const exact = sessions.filter(
    session => session.id === wanted || session.name === wanted || session.runtime.id === wanted,
  );
  const found =
    exact.length > 0
      ? exact
      : sessions.filter(session => session.id.startsWith(wanted) || session.name.startsWith(wanted));
  const [only, another] = found;
  if (only && !another) return only;
  if (!only) throw new Failure('usage', `there is no session \`${wanted}\``, { hints: known(sessions) });
  const names = found.map(session => `\`${session.name}\` (${session.id.slice(0, 8)})`).join(', ');
  throw new Failure('usage', `\`${wanted}\` means more than one session: ${names}`, { hints: ['give more of the id'] });
}

/** Whether some session may be meant by that word; whether it is one only, `findSession` says. */
export function isCalled({ sessions }: SessionList, wanted: string): boolean {
  return sessions.some(
    ({ id, name, runtime }) => [name, runtime.id].includes(wanted) || id.startsWith(wanted) || name.startsWith(wanted),
  );
}

/**
 * The session a command works on when none is named: the active one if it is on the runtime that was asked for, else
 * the one used last there. Null when there is none.
 */
export function currentSession(list: SessionList, fits: (session: Session) => boolean): Session | null {
  const candidates = list.sessions.filter(fits);
  const active = candidates.find(session => session.id === list.active);
  const byUse = [...candidates].sort((a, b) => b.lastActivity.localeCompare(a.lastActivity));
  return active ?? byUse[0] ?? null;
}

/** The list with that one session changed. */
export function withChanged(list: SessionList, id: string, change: Partial<Session>): SessionList {
  return { ...list, sessions: list.sessions.map(session => (session.id === id ? { ...session, ...change } : session)) };
}

/** A session on that machine which has no kernel yet; `name` null takes the first that is free. */
export function newSession(
  { sessions, host }: Pick<Services, 'sessions' | 'host'>,
  runtime: Runtime,
  name: string | null = null,
): Session {
  const now = host.now().toISOString();
  return {
    id: host.uuid(),
    name: name ?? freeName(sessions.read(), runtime.provider),
    provider: runtime.provider,
    runtime,
    kernelId: null,
    helperKernelId: null,
    sharedKernel: false,
    keepAliveUntil: null,
    createdAt: now,
    lastActivity: now,
  };
}

/** A name for a new session that no other has: the provider's, then numbered. */
function freeName({ sessions }: SessionList, provider: ProviderName): string {
  const taken = new Set(sessions.map(session => session.name));
  if (!taken.has(provider)) return provider;
  let number = 2;
  while (taken.has(`${provider}-${number}`)) number += 1;
  return `${provider}-${number}`;
}

function known(sessions: readonly Session[]): string[] {
  if (sessions.length === 0) return ['`lecoder-cgpu connect` makes one'];
  return [
    `there ${sessions.length === 1 ? 'is' : 'are'} ${sessions.map(session => `\`${session.name}\``).join(', ')}`,
    '`lecoder-cgpu sessions list` shows more',
  ];
}
