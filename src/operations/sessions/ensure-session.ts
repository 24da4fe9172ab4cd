import type { Report } from '../../core/events.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import { ANY_MACHINE, type ProviderName, type RuntimeWish } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { ifWritable } from '../files/if-writable.ts';
import { currentSession, findSession, newSession, withChanged } from './choose-session.ts';
import { fittingSession } from './fitting-session.ts';

export interface SessionWish {
  readonly runtime: RuntimeWish;
  /** A name for a session that has to be made. */
  readonly name: string | null;
}

/** The session this invocation means, or null. Asks no server. Throws `usage` for a name that is not there. */
export async function sessionInUse({ sessions, settings, flags, provider }: Services): Promise<Session | null> {
  const list = sessions.read();
  const named = flags.session ?? settings.session;
  if (named !== null) return findSession(list, named);
  const jupyter = settings.server.url !== null && settings.runtime === 'jupyter' ? await provider('jupyter') : null;
  const fits = (session: Session) =>
    (settings.runtime === null || session.provider === settings.runtime) && (jupyter?.serves(session.runtime) ?? true);
  return currentSession(list, fits);
}

/** The session in use, or a new one on a machine found or made for it. */
export async function ensureSession(
  wish: SessionWish,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<Session> {
  await signInFirst(services, report, signal);
  const present = async (): Promise<Session | null> => {
    // A new machine was asked for, or a session by a name that none has yet.
    if (wish.runtime.fresh || wish.name !== null) return null;
    const session = await sessionInUse(services);
    return session && fittingSession(session, wish.runtime, services, report);
  };
  // Looked for again under the lock: another invocation may have connected while this one waited.
  return (
    (await present()) ??
    services.locks.hold('connect', async () => (await present()) ?? connect(wish, services, report, signal), signal)
  );
}

/** What `--force-login` asks of the commands that get a machine; those that only look never sign in. */
async function signInFirst(services: Services, report: Report, signal: AbortSignal): Promise<void> {
  if (!services.flags.forceLogin || (services.settings.runtime ?? 'colab') !== 'colab') return;
  const { signIn } = await import('../sign-in/sign-in.ts');
  const plain = { headless: false, selectAccount: false, scopes: null, printUrl: false, code: null };
  await signIn({ ...plain, force: true }, services, report, signal);
}

async function connect(wish: SessionWish, services: Services, report: Report, signal: AbortSignal): Promise<Session> {
  const { sessions, settings, log } = services;
  const name: ProviderName = settings.runtime ?? 'colab';
  const taken = sessions.read().sessions.find(session => session.name === wish.name);
  if (taken)
    throw new Failure('usage', `there is a session \`${taken.name}\` already`, {
      hints: ['choose another `--name`, or use it with `-s`'],
    });
  const provider = await services.provider(name);
  const { runtime, fresh } = await provider.acquire(wish.runtime, report, signal);
  log.write('info', 'session', 'connected', { provider: name, runtime: runtime.id, fresh });
  const made = newSession(services, runtime, wish.name);
  await sessions.update(list => ({ active: made.id, sessions: [...list.sessions, made] }));
  await provider.settled?.(runtime.id);
  return made;
}

/** Changes one session in the book; gives back the session as it then is, also where the book cannot be written. */
export async function changeSession(services: Services, id: string, change: Partial<Session>): Promise<Session> {
  const kept = await ifWritable(() => services.sessions.update(before => withChanged(before, id, change)), services);
  const list = kept ?? withChanged(services.sessions.read(), id, change);
  const session = list.sessions.find(candidate => candidate.id === id);
  if (!session)
    throw new Failure('runtimeTerminated', 'the session was closed meanwhile', {
      hints: ['`lecoder-cgpu connect` makes a new one'],
    });
  return session;
}

/**
 * The machine of our own on this computer stops by itself when idle; starting it again is what the user would do.
 * Other machines that are gone stay gone: that is for the user to decide.
 */
export async function revive(
  session: Session,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<Session> {
  const provider = await services.provider(session.provider);
  const { runtime } = await provider.acquire(ANY_MACHINE, report, signal);
  void report({
    type: 'note',
    text: 'the local runtime had stopped and was started again: variables of earlier runs are gone',
  });
  return changeSession(services, session.id, { runtime, kernelId: null, helperKernelId: null, sharedKernel: false });
}

/** Whether the failure means that the machine of our own has stopped. */
export function canRevive(session: Session, error: unknown): boolean {
  return session.provider === 'local' && isFailure(error, 'runtimeTerminated');
}
