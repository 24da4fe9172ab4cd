import type { CommandContext } from '../core/command.ts';
import type { Event, Report } from '../core/events.ts';
import type { Outcome, RemoteHalf, ShellRun, TerminalSize } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { ANY_MACHINE } from '../core/runtime.ts';
import type { Session } from '../core/session.ts';
import { Deferred } from '../util/deferred.ts';
import { holdOpen } from './hold-open.ts';
import { openKernel } from './open-kernel.ts';
import { type Ended, startRecording } from './recording.ts';
import { entry, type RunRequest, remember } from './run-remote.ts';
import { TerminalModes } from './terminal-modes.ts';
import { touch } from './touch-session.ts';
import { TypedKeys } from './typed-keys.ts';

export interface TerminalWish {
  readonly session: Session;
  /** Runs in the shell before the first prompt, where its profile has been read. */
  readonly startupCommand: string | null;
}

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

const ESCAPES = [
  'escapes, each at the beginning of a line:',
  '  ~.  leave at once, also without a connection',
  '  ~~  one tilde',
  '  ~?  this list',
];

/**
 * A shell on the session's machine in this terminal. Returns its status; null when the person left it by the escape.
 * The terminal is afterwards as it was, however this ends. Throws `webSocketError` when the connection is lost for
 * good, and what `openKernel` throws.
 */
export async function openTerminal(wish: TerminalWish, context: CommandContext): Promise<number | null> {
  const { services, signal } = context;
  const execution = services.host.uuid();
  const request = requestFor(wish);
  const recording = await startRecording(request, execution, services, context.report);
  let status: number | null = null;
  let ended: Ended = { outcome: { kind: 'ok' }, executionCount: null };
  try {
    status = await reach(wish, { ...context, report: recording.report });
    if (signal.aborted) ended = { outcome: { kind: 'interrupted', traceback: [] }, executionCount: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ended = error;
  }
  const { run } = await recording.finish(ended);
  // The status with which a person leaves a shell is no failure of anything.
  const kept = { ...run, exitCode: status ?? run.exitCode };
  await remember(entry(kept, { execution, request, session: wish.session }), services, context.report);
  if (ended instanceof Failure) throw ended;
  signal.throwIfAborted();
  return status;
}

async function reach(wish: TerminalWish, { services, report, signal }: CommandContext): Promise<number | null> {
  const letGo = holdOpen(wish.session, services, report, signal);
  const [live, open] = await Promise.all([
    openKernel({ session: wish.session, role: 'helper' }, services, report, signal),
    services.remoteHalf(),
  ]);
  const terminal = new RawTerminal(services.host, report);
  const stop = live.link.onState(state => {
    if (state.state === 'reconnecting') terminal.reconnecting(state.reason);
    if (state.state === 'reconnected') terminal.say('reconnected');
  });
  const half = open(live.link);
  try {
    return await terminal.attach(half, wish.startupCommand, signal);
  } finally {
    stop();
    half.close();
    live.link.close();
    letGo();
    await touch(live.session, services);
  }
}

/** Our terminal while it belongs to a program elsewhere. */
class RawTerminal {
  readonly #host: Host;
  readonly #report: Report;
  readonly #modes = new TerminalModes();
  readonly #left = new Deferred<null>();
  #away = false;

  constructor(host: Host, report: Report) {
    this.#host = host;
    this.#report = report;
  }

  async attach(half: RemoteHalf, startup: string | null, signal: AbortSignal): Promise<number | null> {
    const host = this.#host;
    const typed = new TypedKeys(host.stdin, order => {
      if (order === 'leave') this.#left.resolve(null);
      else for (const line of ESCAPES) this.say(line);
    });
    const restore = host.stdin.rawMode();
    let undo = () => {};
    try {
      await leaveOutputAlone(host);
      const run = half.shell(this.#command(startup, typed), event => this.#take(event));
      undo = this.#leaveOnSignal(run, signal);
      const ended = await Promise.race([run.outcome, this.#left.promise]);
      if (ended === null) run.signal('SIGHUP');
      return ended === null ? null : statusOf(ended);
    } finally {
      undo();
      typed.stop();
      host.stdout.write(this.#modes.undo());
      restore();
      if (this.#away) host.stderr.write('\n');
    }
  }

  /** On a line of its own. The terminal passes everything on as it is, so a line needs its carriage return. */
  say(text: string): void {
    this.#away = text !== 'reconnected' && this.#away;
    void this.#report({ type: 'output', stream: 'stderr', data: `\r\n[lecoder-cgpu: ${text}]\r\n` });
  }

  /** Said once, however many attempts it takes. */
  reconnecting(reason: string): void {
    if (this.#away) return;
    this.say(`connection lost (${reason}); reconnecting. \`~.\` leaves`);
    this.#away = true;
  }

  #command(startup: string | null, typed: TypedKeys) {
    const { env, stdout } = this.#host;
    const size = (): TerminalSize => ({ columns: stdout.columns, rows: stdout.rows });
    const colours: Record<string, string> = env.COLORTERM ? { COLORTERM: env.COLORTERM } : {};
    return {
      command: startup === null ? LOGIN_SHELL : WITH_STARTUP,
      timeout: null,
      folder: null,
      env: {
        TERM: env.TERM ?? 'xterm-256color',
        ...colours,
        ...(startup === null ? {} : { LECODER_STARTUP: startup }),
      },
      input: typed.chunks(),
      terminal: size(),
      onResize: (listener: (size: TerminalSize) => void) => stdout.onResize(() => listener(size())),
    };
  }

  #take(event: Event): void | Promise<void> {
    if (event.type === 'output') this.#modes.take(event.data);
    return this.#report(event);
  }

  #leaveOnSignal(run: ShellRun, signal: AbortSignal): () => void {
    const leave = () => {
      run.signal('SIGHUP');
      this.#left.resolve(null);
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    run.outcome.catch(() => {}); // after we have left nobody waits for it
    return () => signal.removeEventListener('abort', leave);
  }
}

/** Node's raw mode still turns line feeds into carriage return and line feed, which full-screen programs do not expect. */
async function leaveOutputAlone(host: Host): Promise<void> {
  if (host.platform === 'win32') return;
  await host.processes.run('sh', ['-c', 'stty -opost < /dev/tty']);
}

function statusOf(outcome: Outcome): number {
  if (outcome.kind === 'exit') return outcome.status;
  if (outcome.kind === 'died') throw new Failure('kernelDied', outcome.reason);
  return outcome.kind === 'ok' ? 0 : 1;
}

function requestFor({ startupCommand }: TerminalWish): RunRequest {
  return {
    mode: 'terminal',
    code: startupCommand ?? 'exec "$SHELL" -l',
    timeout: null,
    env: {},
    secrets: new Map(),
    session: { runtime: ANY_MACHINE, name: null },
    folder: null,
    terminal: true,
    forwardInput: true,
    maxOutput: null,
    outputDir: null,
    receipt: false,
  };
}
