import type { CommandContext } from '../../core/command.ts';
import { errorReport } from '../../core/error-report.ts';
import type { Report } from '../../core/events.ts';
import type { KernelLink, RemoteHalf } from '../../core/execution.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { ErrorReport } from '../../core/run-report.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { sessionInUse } from '../sessions/ensure-session.ts';
import { holdOpen } from '../sessions/hold-open.ts';
import { openKernel } from '../sessions/open-kernel.ts';
import { touch } from '../sessions/touch-session.ts';
import { within } from '../sessions/within.ts';
import { type ForwardCount, ForwardDoor } from './forward-door.ts';
import { readForwards } from './read-forwards.ts';

/** Milliseconds that the runtime gets to hear of the end. */
const PARTING = 1000;
/** Milliseconds before the next kernel is sought: a server that is ending one still lets us connect to it, in vain. */
const PAUSE = 1000;
/** The longest a timer can take. */
const LONGEST = 2 ** 31 - 1;

export interface ForwardRequest {
  /** As on the command line: `6006`, `8080:6006`, `8080:host:6006`. */
  readonly ports: readonly string[];
  /** Milliseconds; null until interrupted. */
  readonly duration: number | null;
  /** Opens a browser at the first port. */
  readonly open: boolean;
}

/** Ended by the clock, or interrupted: then with the failure, and what went through all the same. */
export interface ForwardReport {
  readonly forwards: readonly ForwardCount[];
  readonly success?: false;
  readonly status?: 'abort';
  readonly errorCode?: number;
  readonly error?: ErrorReport;
}

interface Forwarding {
  readonly request: ForwardRequest;
  readonly session: Session;
  readonly doors: readonly ForwardDoor[];
  /** Milliseconds that are left, counted from the first call; null until interrupted. */
  readonly left: (() => number) | null;
}

/**
 * Makes ports of the runtime ports of this machine, until interrupted or for so long. Throws `usage` without a session
 * or for a local port that cannot be had, `webSocketError` when the way to the runtime is lost for good.
 */
export async function forwardPorts(request: ForwardRequest, context: CommandContext): Promise<ForwardReport> {
  const { services, report, signal } = context;
  const wishes = readForwards(request.ports);
  const session = await sessionInUse(services);
  if (!session)
    throw new Failure('usage', 'there is no session', {
      hints: ['`lecoder-cgpu connect` or `lecoder-cgpu run` makes one'],
    });
  const doors = wishes.map(wish => new ForwardDoor(wish, report));
  const letGo = holdOpen(session, services, report, signal);
  try {
    for (const door of doors) await door.listen(services.host);
    const left = request.duration === null ? null : countdown(request.duration, services.host);
    await carry({ request, session, doors, left }, context);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    letGo();
    for (const door of doors) void door.close();
  }
  const forwards = doors.map(door => door.count);
  return signal.aborted ? interrupted(forwards, signal.reason) : { forwards };
}

/** Carries until it is over; a kernel that dies is replaced, at the cost of the connections it held. */
async function carry(forwarding: Forwarding, context: CommandContext): Promise<void> {
  for (let again = false; ; again = true) {
    if ((await carryThrough(forwarding, again, context)) === 'over') return;
    void context.report({
      type: 'warning',
      text: 'the kernel that carried the connections ended: open ones broke off, new ones are carried by another',
    });
    await context.services.host.sleep(PAUSE, context.signal);
  }
}

async function carryThrough(forwarding: Forwarding, again: boolean, context: CommandContext): Promise<'over' | 'died'> {
  const { request, session, doors } = forwarding;
  const { services, report, signal } = context;
  const [live, open] = await Promise.all([
    openKernel({ session, role: 'helper' }, services, report, signal),
    services.remoteHalf(),
  ]);
  const half = open(live.link);
  let ending: 'over' | 'died' = 'over';
  try {
    const ended = carried(doors, half, untilOver(live.link, forwarding, context));
    if (!again) await announce(request, doors, context);
    ending = await ended;
  } finally {
    if (ending === 'over') await within(PARTING, Promise.all(doors.map(door => door.close())), null);
    half.close();
    live.link.close();
    await touch(live.session, services);
  }
  return ending;
}

/** Sends the doors' connections through the half until the one or the other ends. */
function carried(doors: readonly ForwardDoor[], half: RemoteHalf, over: Promise<void>): Promise<'over' | 'died'> {
  const ended = new Promise<'over' | 'died'>((resolve, reject) => {
    over.then(() => resolve('over'), reject);
    for (const door of doors) door.carry(half, failure => (failure ? reject(failure) : resolve('died')));
  });
  ended.catch(() => {}); // whoever waits for it may still be busy
  return ended;
}

async function announce(
  request: ForwardRequest,
  doors: readonly ForwardDoor[],
  { services, report }: CommandContext,
): Promise<void> {
  for (const door of doors) {
    const { local, localPort, remote } = door.count;
    await report({ type: 'listening', local, localPort, remote });
  }
  if (request.open) await showInBrowser(doors, services, report);
}

/** Resolves when interrupted or when the time is over; rejects when the link is given up. */
function untilOver(link: KernelLink, { left }: Forwarding, context: CommandContext): Promise<void> {
  const { services, report, signal } = context;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (left) services.host.sleep(Math.min(left(), LONGEST), signal).then(resolve, resolve);
    link.onState(state => {
      if (state.state === 'lost') return reject(lost(state.error));
      void report(
        state.state === 'reconnected'
          ? { type: 'reconnected' }
          : { type: 'reconnecting', attempt: state.attempt, reason: state.reason },
      );
    });
  });
}

function countdown(duration: number, host: Host): () => number {
  let end: number | null = null;
  return () => {
    end ??= host.monotonic() + duration;
    return Math.max(0, end - host.monotonic());
  };
}

function lost(error: Error): Failure {
  if (isFailure(error)) return error;
  return new Failure('webSocketError', `lost the connection to the runtime: ${error.message}`, { cause: error });
}

async function showInBrowser([first]: readonly ForwardDoor[], services: Services, report: Report): Promise<void> {
  const url = `http://127.0.0.1:${first?.port}/`;
  const { google } = await services.accounts();
  if (await google.openBrowser(url)) return;
  await report({ type: 'note', text: `there is no browser to open; the address is ${url}` });
}

function interrupted(forwards: readonly ForwardCount[], reason: unknown): ForwardReport {
  const failure = isFailure(reason) ? reason : new Failure('interrupted', 'interrupted');
  return {
    success: false,
    status: 'abort',
    errorCode: failure.spec.errorCode,
    forwards,
    error: errorReport(failure),
  };
}
