import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import { SocketRefused } from '../../core/host.ts';
import type { ServerTerminal, TerminalKind } from '../../core/terminal.ts';
import { Deferred } from '../../util/deferred.ts';
import { keptDoorway, reachServer, renewing } from '../sessions/reach-server.ts';
import { touch } from '../sessions/touch-session.ts';
import type { RoadWish } from './remote-half-road.ts';
import { type OpenShell, type ShellEnds, type ShellRoad, terminalEnv } from './shell-road.ts';

/** Milliseconds a shell may take to print something before it is typed to all the same. */
const PATIENCE = 3000;
/** Milliseconds in which a server ends a terminal, or we leave without knowing. */
const REMOVAL = 2000;

export interface ServerRoadWish extends RoadWish {
  readonly kind: TerminalKind;
  /** Of a terminal that stays; null for one that goes when we leave. */
  readonly name: string | null;
}

/**
 * A terminal of the machine's own server: no kernel is needed, and nobody tells a status. Throws `runtimeUnavailable`
 * where there are none, and what reaching the server throws.
 */
export async function serverRoad(wish: ServerRoadWish, context: CommandContext): Promise<ShellRoad> {
  const { services, signal } = context;
  const { session, kind, name } = wish;
  const server = await services.terminals(kind);
  const doorway = keptDoorway(session, services) ?? (await reachServer(session, services, signal));
  const renew = (renewal: AbortSignal) => reachServer(session, services, renewal);
  const options = {
    name,
    env: terminalEnv(services.host.env),
    signal,
    renew,
    reconnect: services.settings.autoReconnect,
  };
  const terminal = await renewing({ session, doorway }, services, signal, async way => {
    try {
      return await server.open(way, options);
    } catch (error) {
      throw error instanceof SocketRefused ? refused(error) : error;
    }
  });
  return new ServerRoad(terminal, wish, context);
}

function refused(error: SocketRefused): Failure {
  const kind = error.status === 401 || error.status === 403 ? 'invalidCredentials' : 'webSocketError';
  return new Failure(kind, `the server refuses the terminal (HTTP ${error.status})`, { cause: error });
}

class ServerRoad implements ShellRoad {
  readonly #terminal: ServerTerminal;
  readonly #wish: ServerRoadWish;
  readonly #context: CommandContext;
  readonly #awake = new Deferred<void>();
  #ended = false;
  #away = false;

  constructor(terminal: ServerTerminal, wish: ServerRoadWish, context: CommandContext) {
    this.#terminal = terminal;
    this.#wish = wish;
    this.#context = context;
  }

  start(ends: ShellEnds): OpenShell {
    const terminal = this.#terminal;
    terminal.onState(({ state }) => {
      this.#away = state !== 'reconnected';
    });
    terminal.resize(ends.size);
    const stop = ends.onResize(size => terminal.resize(size));
    terminal.onOutput(text => {
      this.#awake.resolve();
      return ends.report({ type: 'output', stream: 'stdout', data: text });
    });
    void this.#type(ends.input);
    const status = terminal.ended.then(() => {
      this.#ended = true;
      return null;
    });
    return { status: status.finally(stop), hangUp: () => {} };
  }

  onState(listener: Parameters<ServerTerminal['onState']>[0]): () => void {
    return this.#terminal.onState(listener);
  }

  /** What goes on there without us is named. */
  async close(): Promise<void> {
    const { report, services } = this.#context;
    const { name } = this.#terminal;
    if (!this.#ended && name !== null) {
      if (this.#wish.name !== null) {
        const text = `the terminal \`${name}\` goes on; \`lecoder-cgpu connect --terminal-name ${name}\` comes back to it`;
        await report({ type: 'note', text });
      } else if (this.#away || !(await this.#remove()))
        await report({ type: 'warning', text: `the terminal \`${name}\` may still run on the server` });
    }
    this.#terminal.close();
    await touch(this.#wish.session, services);
  }

  async #remove(): Promise<boolean> {
    try {
      await this.#terminal.remove(AbortSignal.timeout(REMOVAL));
      return true;
    } catch {
      return false;
    }
  }

  /** A shell that has not come up yet reads by lines, and a line may be cut there: it prints its prompt first. */
  async #type(input: AsyncIterable<Uint8Array>): Promise<void> {
    await Promise.race([this.#awake.promise, this.#context.services.host.sleep(PATIENCE)]);
    const { startupCommand } = this.#wish;
    if (startupCommand !== null && !this.#terminal.joined)
      this.#terminal.write(`${startupCommand.trimEnd().replaceAll('\n', '\r')}\r`);
    const decoder = new TextDecoder();
    for await (const chunk of input) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') this.#terminal.write(text);
    }
  }
}
