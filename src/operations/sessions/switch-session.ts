import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { findSession, isCalled, newSession } from './choose-session.ts';
import { strangerCalled } from './strangers.ts';

/** Makes a session the active one; the id of a runtime without a session adopts it. Throws `usage`. */
export async function switchSession(wanted: string, services: Services, signal: AbortSignal): Promise<Session> {
  const list = services.sessions.read();
  const session = (await adopted(wanted, services, signal)) ?? findSession(list, wanted);
  await services.sessions.update(before => ({
    active: session.id,
    sessions: before.sessions.some(other => other.id === session.id) ? before.sessions : [...before.sessions, session],
  }));
  return session;
}

async function adopted(wanted: string, services: Services, signal: AbortSignal): Promise<Session | null> {
  if (isCalled(services.sessions.read(), wanted)) return null;
  const runtime = await strangerCalled(wanted, services, signal);
  return runtime && newSession(services, runtime);
}

/** The session a command's word or `-s` names. Throws `usage` when neither does. */
export function namedSession(word: string | undefined, flag: string | null, verb: string): string {
  const wanted = word ?? flag;
  if (wanted === null) {
    const hints = [`\`lecoder-cgpu sessions ${verb} <id>\`; \`lecoder-cgpu sessions list\` shows them`];
    throw new Failure('usage', `say which session to ${verb}`, { hints });
  }
  return wanted;
}
