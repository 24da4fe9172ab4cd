import type { CommandContext } from '../../core/command.ts';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { findSession, isCalled } from './choose-session.ts';
import { restKeeper } from './keeper.ts';
import { strangerCalled } from './strangers.ts';

export interface CloseWish {
  readonly keepRuntime: boolean;
  /** Forget the session even when its machine cannot be reached. */
  readonly force: boolean;
}

export interface Closed {
  readonly id: string;
  readonly name: string;
  readonly runtime: string;
  /** False when it was to be kept, other sessions use it, it is not ours to free, or it could not be reached. */
  readonly runtimeReleased: boolean;
}

/**
 * Ends a session: its kernels go, its machine is freed unless it is to be kept or another session uses it. A machine
 * that cannot be reached keeps its session, so that nothing runs on forgotten; `force` forgets it all the same.
 */
export async function closeSession(
  session: Session,
  wish: CloseWish,
  services: Services,
  report: Report,
): Promise<Closed> {
  const signal = AbortSignal.timeout(30_000);
  const released = await giveBack(session, wish, services, signal).catch(error => {
    if (!wish.force) throw stillHeld(session, error);
    const text = `session \`${session.name}\` is forgotten, but its machine could not be freed and may still run`;
    void report({ type: 'warning', text });
    return false;
  });
  await services.sessions.update(list => ({
    active: list.active === session.id ? null : list.active,
    sessions: list.sessions.filter(other => other.id !== session.id),
  }));
  if (!isShared(session, services)) await services.doorways.drop(session.provider, session.runtime.id);
  restKeeper(services);
  if (wish.keepRuntime && (await services.provider(session.provider)).needsKeepAlive) {
    const text = `nobody pings ${session.runtime.label} any more: it ends by itself after some minutes`;
    const hint = `\`lecoder-cgpu sessions switch ${session.runtime.id}\` takes it back`;
    void report({ type: 'warning', text, hint });
  }
  services.log.write('info', 'session', 'closed', { name: session.name, released });
  return { id: session.id, name: session.name, runtime: session.runtime.id, runtimeReleased: released };
}

/**
 * Ends the session that is called so, or frees the machine of that name which has none here: one made elsewhere, or left
 * running. Throws `usage` when there is neither.
 */
export async function closeCalled(
  wanted: string,
  wish: CloseWish,
  { services, report, signal }: CommandContext,
): Promise<Closed> {
  const list = services.sessions.read();
  const runtime = isCalled(list, wanted) ? null : await strangerCalled(wanted, services, signal);
  if (runtime === null) return closeSession(findSession(list, wanted), wish, services, report);
  const provider = await services.provider(runtime.provider);
  const runtimeReleased = wish.keepRuntime ? false : await provider.release(runtime.id, AbortSignal.timeout(30_000));
  return { id: runtime.id, name: runtime.label, runtime: runtime.id, runtimeReleased };
}

async function giveBack(
  session: Session,
  { keepRuntime }: CloseWish,
  services: Services,
  signal: AbortSignal,
): Promise<boolean> {
  const provider = await services.provider(session.provider);
  const frees = !keepRuntime && !isShared(session, services);
  if (frees && provider.freesKernels) return provider.release(session.runtime.id, signal);
  if ((await provider.probe(session.runtime.id, signal)) === 'gone') return true;
  // A machine that is freed takes its kernels along; one that stays must not keep ours. With `--keep-runtime` the
  // kernels stay too: that is what is meant by keeping it.
  if (!keepRuntime) await removeKernels(session, services, signal);
  return frees ? provider.release(session.runtime.id, signal) : false;
}

async function removeKernels(session: Session, services: Services, signal: AbortSignal): Promise<void> {
  const provider = await services.provider(session.provider);
  const doorway = await provider.open(session.runtime.id, signal);
  const kernels = await services.kernels();
  const ours = [session.kernelId, session.helperKernelId].filter(id => id !== null);
  await Promise.all(ours.map(id => kernels.remove(doorway, id, signal)));
}

function isShared(session: Session, services: Services): boolean {
  return services.sessions
    .read()
    .sessions.some(
      other =>
        other.id !== session.id && other.provider === session.provider && other.runtime.id === session.runtime.id,
    );
}

function stillHeld(session: Session, error: unknown): Failure {
  const details = error instanceof Error ? error.message : String(error);
  const kind = error instanceof Failure ? error.kind : 'runtimeUnavailable';
  return new Failure(kind, `session \`${session.name}\` was not closed, its machine could not be freed: ${details}`, {
    details,
    hints: [
      ...(error instanceof Failure ? (error.facts.hints ?? []) : []),
      '`lecoder-cgpu sessions close --force` forgets the session without freeing the machine',
    ],
    billing: [session.runtime.label],
    cause: error,
  });
}
