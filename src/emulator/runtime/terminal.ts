import type { ChildProcess } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Machine } from '../machine/machine.ts';
import { end } from '../machine/vm.ts';

const REMEMBERED = 64 * 1024;

/** `/colab/tty`: one shell a machine, which all who connect share. It starts with the first and starts again when it has ended. */
export class Terminal {
  readonly #machine: Machine;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #sockets = new Set<WebSocket>();
  #shell: ChildProcess | null = null;
  /** The end of what was printed, for who joins later. */
  #screen = '';

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  join({ request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer }): void {
    this.#server.handleUpgrade(request, socket, head, joined => {
      this.#sockets.add(joined);
      joined.on('error', () => {});
      joined.on('close', () => this.#sockets.delete(joined));
      joined.on('message', data => this.#take(String(data)));
      const shell = this.#running();
      if (this.#screen !== '') joined.send(JSON.stringify({ data: this.#screen }));
      if (shell === null) joined.close(1011);
    });
  }

  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    if (this.#shell !== null) await end(this.#shell);
  }

  #take(text: string): void {
    try {
      const { data, cols, rows } = JSON.parse(text) as Record<string, unknown>;
      if (typeof data === 'string') this.#order({ data });
      if (typeof cols === 'number' && typeof rows === 'number') this.#order({ cols, rows });
    } catch {
      // frames that nobody knows are passed over
    }
  }

  #order(order: object): void {
    this.#shell?.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  #running(): ChildProcess | null {
    if (this.#shell !== null) return this.#shell;
    const shell = this.#machine.vm.terminal();
    this.#shell = shell;
    this.#screen = '';
    shell.stdin?.on('error', () => {});
    shell.stdout?.setEncoding('utf8');
    shell.stdout?.on('data', (text: string) => this.#print(text));
    const ended = () => {
      if (this.#shell === shell) this.#shell = null;
      for (const socket of this.#sockets) socket.close(1000);
    };
    shell.once('error', ended);
    shell.once('exit', ended);
    return shell;
  }

  #print(data: string): void {
    this.#screen = (this.#screen + data).slice(-REMEMBERED);
    for (const socket of this.#sockets) if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ data }));
  }
}
