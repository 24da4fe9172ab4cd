import { isFailure } from '../../core/failure.ts';
import type { KeeperState } from '../../core/keeper.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { withChanged } from './choose-session.ts';
import { PING_EVERY, ping } from './hold-open.ts';

/** Milliseconds a round may take before it counts as failed; most machines never answer a ping, which is success. */
const PATIENCE = 20_000;
/** Rounds without a sign of life after which a keeper is taken for dead. */
const SILENT_ROUNDS = 3;

/** The sessions that are to be kept now: their time is not over, and their machine needs pings. */
export function keptSessions({ sessions, host }: Pick<Services, 'sessions' | 'host'>): Session[] {
  const now = host.now().toISOString();
  return sessions.read().sessions.filter(({ keepAliveUntil }) => (keepAliveUntil ?? '') > now);
}

/** The keeper that is at work, or null. */
export function livingKeeper(
  { keeper, host }: Pick<Services, 'keeper' | 'host'>,
  every = PING_EVERY,
): KeeperState | null {
  const state = keeper.read();
  if (state === null) return null;
  const silence = host.now().getTime() - Date.parse(state.beatAt);
  return silence < SILENT_ROUNDS * every + PATIENCE && host.processes.isAlive(state.pid) ? state : null;
}

/**
 * Starts the keeper unless it is at work already. There is never a second one, and never none because the first was just
 * ending: both starting and ending are decided under a lock.
 */
export async function ensureKeeper(services: Services): Promise<void> {
  const { host, flags, locks, paths, log } = services;
  if (keptSessions(services).length === 0) return;
  await locks.hold('keep-alive', async () => {
    if (livingKeeper(services)) return;
    // A detached process inherits no flags of ours.
    const config = flags.config === null ? [] : ['--config', flags.config];
    const profile = flags.profile === null ? [] : ['--profile', flags.profile];
    const args = [...host.program.args, 'keep-alive', ...config, ...profile];
    const logFile = `${paths.logs}/keep-alive.log`;
    const pid = await host.processes.startDetached(host.program.command, args, {
      cwd: host.folders.home,
      env: host.env,
      logFile,
    });
    const now = host.now().toISOString();
    services.keeper.write({ pid, startedAt: now, beatAt: now, pings: 0, failures: 0, sessions: [] });
    log.write('info', 'runtime', 'keep-alive started', { pid });
  });
}

/** Ends the keeper at once when there is nothing left to keep, rather than in its next round. */
export function restKeeper(services: Services): void {
  const state = keptSessions(services).length === 0 ? livingKeeper(services) : null;
  if (state === null) return;
  services.host.processes.kill(state.pid, 'SIGTERM');
  // It may take its time; who connects meanwhile needs another.
  services.keeper.clear(state.pid);
}

export interface KeeperEnd {
  readonly pings: number;
  readonly failures: number;
}

/**
 * The keeper's work: a round every minute, until no session is to be kept any more. A ping that fails is tried again
 * in the next round, also through an hour without a network; a machine that is certainly gone is kept no longer.
 */
export async function keepAlive(services: Services, every: number, signal: AbortSignal): Promise<KeeperEnd> {
  const { host, keeper, log } = services;
  const startedAt = host.now().toISOString();
  let [pings, failures] = [0, 0];
  try {
    for (;;) {
      if (isReplaced(services) || (await isOver(services))) return { pings, failures };
      const kept = keptSessions(services);
      const results = await Promise.all(kept.map(session => round(session, services, signal)));
      pings += results.filter(result => result === 'ok').length;
      failures += results.filter(result => result === 'failed').length;
      signal.throwIfAborted();
      const sessions = kept.map(({ name }) => name);
      keeper.write({ pid: host.pid, startedAt, beatAt: host.now().toISOString(), pings, failures, sessions });
      await host.sleep(Math.min(every, timeLeft(kept, host.now())), signal);
    }
  } finally {
    keeper.clear(host.pid);
    log.write('info', 'runtime', 'keep-alive ended', { pings, failures });
  }
}

/** Nothing is to be kept any more, and who wants something kept from now on finds no keeper. */
async function isOver(services: Services): Promise<boolean> {
  if (keptSessions(services).length > 0) return false;
  return services.locks.hold('keep-alive', async () => {
    const over = keptSessions(services).length === 0;
    if (over) services.keeper.clear(services.host.pid);
    return over;
  });
}

/** Milliseconds until the last of them is to be kept no longer. */
function timeLeft(kept: readonly Session[], now: Date): number {
  const ends = kept.map(({ keepAliveUntil }) => Date.parse(keepAliveUntil ?? ''));
  return Math.max(0, ...ends.map(end => end - now.getTime()));
}

/** Somebody took this keeper for dead (a machine that slept) and started another: one is enough. */
function isReplaced({ keeper, host }: Services): boolean {
  const state = keeper.read();
  return state !== null && state.pid !== host.pid && host.processes.isAlive(state.pid);
}

async function round(session: Session, services: Services, signal: AbortSignal): Promise<'ok' | 'failed' | 'gone'> {
  try {
    await ping(session, services, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]));
    return 'ok';
  } catch (error) {
    services.log.write('warn', 'runtime', 'keep-alive failed', { session: session.name, error: String(error) });
    if (!isFailure(error, 'runtimeTerminated')) return 'failed';
    await services.sessions.update(list => withChanged(list, session.id, { keepAliveUntil: null }));
    return 'gone';
  }
}
