import type { CommandContext } from '../../core/command.ts';
import type { Outcome } from '../../core/execution.ts';
import { Failure } from '../../core/failure.ts';
import type { Session } from '../../core/session.ts';
import { openKernel } from '../sessions/open-kernel.ts';
import { touch } from '../sessions/touch-session.ts';
import { type ShellEnds, type ShellRoad, terminalEnv } from './shell-road.ts';

/** Bytes mean letters only where a locale says so, and machines without one are common. */
const LOCALE = '[ -n "$LC_ALL$LC_CTYPE$LANG" ] || export LANG=C.UTF-8';
const SHELL = 'LECODER_SHELL=$(command -v "$SHELL" || command -v bash || echo sh)';
const LOGIN_SHELL = [LOCALE, SHELL, 'exec "$LECODER_SHELL" -l'].join('\n');
/**
 * The shell that reads the profile runs the command; the one that stays inherits folder and variables from it. Without
 * the trap Ctrl-C would end the first one, not the command alone.
 */
const WITH_STARTUP = [
  LOCALE,
  SHELL,
  'export LECODER_SHELL',
  `exec "$LECODER_SHELL" -ilc 'trap : INT
eval "$LECODER_STARTUP"
trap - INT
exec env -u LECODER_STARTUP -u LECODER_SHELL "$LECODER_SHELL" -i'`,
].join('\n');

export interface RoadWish {
  readonly session: Session;
  /** Runs in the shell before the first prompt, where its profile has been read. */
  readonly startupCommand: string | null;
}

/** `shared` when its kernel is the one that runs the user's code. */
export interface RemoteHalfRoad extends ShellRoad {
  readonly shared: boolean;
}

/** A shell on a terminal of the remote half. Throws what `openKernel` throws. */
export async function remoteHalfRoad(wish: RoadWish, context: CommandContext): Promise<RemoteHalfRoad> {
  const { services, report, signal } = context;
  const [live, open] = await Promise.all([
    openKernel({ session: wish.session, role: 'helper' }, services, report, signal),
    services.remoteHalf(),
  ]);
  const half = open(live.link);
  const env = terminalEnv(services.host.env);
  return {
    shared: live.session.sharedKernel,
    start: ends => {
      const run = half.shell(commandFor({ startup: wish.startupCommand, env }, ends), ends.report);
      return { status: run.outcome.then(statusOf), hangUp: () => run.signal('SIGHUP') };
    },
    onState: listener => live.link.onState(listener),
    close: async () => {
      half.close();
      live.link.close();
      await touch(live.session, services);
    },
  };
}

interface Beginning {
  readonly startup: string | null;
  readonly env: Readonly<Record<string, string>>;
}

function commandFor({ startup, env }: Beginning, { input, size, onResize }: ShellEnds) {
  return {
    command: startup === null ? LOGIN_SHELL : WITH_STARTUP,
    timeout: null,
    folder: null,
    env: { ...env, ...(startup === null ? {} : { LECODER_STARTUP: startup }) },
    input,
    terminal: size,
    onResize,
  };
}

function statusOf(outcome: Outcome): number {
  if (outcome.kind === 'exit') return outcome.status;
  if (outcome.kind === 'died') throw new Failure('kernelDied', outcome.reason);
  return outcome.kind === 'ok' ? 0 : 1;
}
