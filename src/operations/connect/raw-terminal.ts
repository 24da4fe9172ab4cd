import type { Event, Report } from '../../core/events.ts';
import type { LinkState, TerminalSize } from '../../core/execution.ts';
import type { Host } from '../../core/host.ts';
import { Deferred } from '../../util/deferred.ts';
import type { OpenShell, ShellEnds, ShellRoad } from './shell-road.ts';
import { TerminalModes } from './terminal-modes.ts';
import { TypedKeys } from './typed-keys.ts';

const ESCAPES = [
  'escapes, each at the beginning of a line:',
  '  ~.  leave at once, also without a connection',
  '  ~~  one tilde',
  '  ~?  this list',
];
/** Milliseconds a program has to notice one size before it gets the next: of two at once it would see the last alone. */
const BETWEEN_SIZES = 200;

/** Our terminal while it belongs to a program elsewhere. */
export class RawTerminal {
  readonly #host: Host;
  readonly #report: Report;
  readonly #modes = new TerminalModes();
  readonly #left = new Deferred<null>();
  readonly #resized = new Set<(size: TerminalSize) => void>();
  #nudge: ReturnType<typeof setTimeout> | undefined;
  #away = false;

  constructor(host: Host, report: Report) {
    this.#host = host;
    this.#report = report;
  }

  /** The status of the shell; null when it was left by the escape, or where nobody tells it. The terminal is restored. */
  async attach(road: ShellRoad, signal: AbortSignal): Promise<number | null> {
    const host = this.#host;
    const typed = new TypedKeys(host.stdin, order => {
      if (order === 'leave') this.#left.resolve(null);
      else for (const line of ESCAPES) this.#say(line);
    });
    const restore = host.stdin.rawMode();
    const undo = [typed.stop.bind(typed), restore];
    try {
      await leaveOutputAlone(host);
      undo.unshift(road.onState(state => this.#follow(state)));
      undo.unshift(host.stdout.onResize(() => this.#resize(this.#size())));
      const shell = road.start(this.#ends(typed));
      undo.unshift(this.#leaveOnSignal(shell, signal));
      const left = this.#left.promise.then(() => 'left' as const);
      const ended = await Promise.race([shell.status, left]);
      if (ended === 'left') shell.hangUp();
      return ended === 'left' ? null : ended;
    } finally {
      clearTimeout(this.#nudge);
      host.stdout.write(this.#modes.undo());
      for (const each of undo) each();
      if (this.#away) host.stderr.write('\n');
    }
  }

  #follow(state: LinkState): void {
    if (state.state === 'reconnecting') this.#reconnecting(state.reason);
    if (state.state !== 'reconnected') return;
    this.#say('reconnected');
    this.#redraw();
  }

  /** On a line of its own. The terminal passes everything on as it is, so a line needs its carriage return. */
  #say(text: string): void {
    this.#away = text !== 'reconnected' && this.#away;
    void this.#report({ type: 'output', stream: 'stderr', data: `\r\n[lecoder-cgpu: ${text}]\r\n` });
  }

  /** Said once, however many attempts it takes. */
  #reconnecting(reason: string): void {
    if (this.#away) return;
    this.#say(`connection lost (${reason}); reconnecting. \`~.\` leaves`);
    this.#away = true;
  }

  /**
   * Has what runs there draw itself again: what we said stands in the middle of its screen, and with the server's
   * terminals a part of what it drew may be lost. A size that does not change is no news to it.
   */
  #redraw(): void {
    const { columns, rows } = this.#size();
    this.#resize({ columns, rows: rows > 1 ? rows - 1 : rows + 1 });
    clearTimeout(this.#nudge);
    this.#nudge = setTimeout(() => this.#resize(this.#size()), BETWEEN_SIZES);
  }

  #resize(size: TerminalSize): void {
    for (const listener of this.#resized) listener(size);
  }

  #size(): TerminalSize {
    const { columns, rows } = this.#host.stdout;
    return { columns, rows };
  }

  #ends(typed: TypedKeys): ShellEnds {
    return {
      input: typed.chunks(),
      size: this.#size(),
      onResize: listener => {
        this.#resized.add(listener);
        return () => this.#resized.delete(listener);
      },
      report: event => this.#take(event),
    };
  }

  #take(event: Event): void | Promise<void> {
    if (event.type === 'output') this.#modes.take(event.data);
    return this.#report(event);
  }

  #leaveOnSignal(shell: OpenShell, signal: AbortSignal): () => void {
    const leave = () => {
      shell.hangUp();
      this.#left.resolve(null);
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    shell.status.catch(() => {}); // after we have left nobody waits for it
    return () => signal.removeEventListener('abort', leave);
  }
}

/** Node's raw mode still turns line feeds into carriage return and line feed, which full-screen programs do not expect. */
async function leaveOutputAlone(host: Host): Promise<void> {
  if (host.platform === 'win32') return;
  await host.processes.run('sh', ['-c', 'stty -opost < /dev/tty']);
}
