import type { RemotePlace, Tunnel, TunnelEnd } from '../core/execution.ts';
import type { Failure } from '../core/failure.ts';
import type { Connection } from '../core/host.ts';
import type { Conversation, Party } from './conversation.ts';
import { InputPump } from './input-pump.ts';
import { type Frame, sizeOf } from './protocol.ts';
import type { CallSettings } from './read-machine.ts';

/** Connects from the runtime to that place and joins the connection to it. Each connection is a call of its own. */
export function forward(settings: CallSettings, place: RemotePlace, connection: Connection): Tunnel {
  return new JoinedConnection(settings, place, connection);
}

class JoinedConnection implements Tunnel, Party {
  bytesUp = 0;
  bytesDown = 0;
  readonly ended: Promise<TunnelEnd>;
  readonly #connection: Connection;
  readonly #conversation: Conversation;
  readonly #pump: InputPump;
  #settle: (end: TunnelEnd) => void = () => {};
  /** Which directions have come to their proper end. */
  #upEnded = false;
  #downEnded = false;
  #broken = false;
  #end: TunnelEnd | null = null;
  #gone = false;

  constructor({ exchange, silence }: CallSettings, { host, port }: RemotePlace, connection: Connection) {
    this.ended = new Promise(resolve => {
      this.#settle = resolve;
    });
    this.#connection = connection;
    this.#conversation = exchange.begin({ call: 'forward', arguments: { host, port }, silence }, this);
    this.#pump = new InputPump(this.#counted(connection.chunks()), this.#conversation);
    this.#pump.run().then(
      () => {
        this.#upEnded = true;
      },
      () => this.stop(),
    );
    connection.onClosed(() => this.#closed());
  }

  take({ kind, fields, buffers }: Frame): void | Promise<void> {
    if (kind === 'out') return this.#write(buffers);
    if (kind === 'eof') this.#endDown();
    if (kind === 'end') this.#ended(fields);
  }

  lost(failure: Failure | 'died'): void {
    this.#finish({ kind: 'lost', failure: failure === 'died' ? null : failure });
  }

  stop(): void {
    if (this.#end) this.#connection.reset();
    if (this.#broken || this.#end) return;
    this.#breakOff();
    // Behind all that was sent before, and answered with the end.
    this.#conversation.send('reset');
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytesUp += chunk.byteLength;
      yield chunk;
    }
  }

  #write(buffers: readonly Uint8Array[]): void | Promise<void> {
    this.bytesDown += sizeOf(buffers);
    let room = true;
    for (const buffer of buffers) room = this.#connection.write(buffer);
    if (!room) return this.#connection.drained();
  }

  #endDown(): void {
    this.#downEnded = true;
    this.#connection.end();
  }

  #ended({ failed, reset }: Frame['fields']): void {
    this.#conversation.end();
    const { message } = (failed ?? {}) as { message?: string };
    if (message !== undefined) this.#finish({ kind: 'refused', reason: message });
    else this.#finish({ kind: reset ? 'reset' : 'closed' });
  }

  #finish(end: TunnelEnd): void {
    this.#end = end;
    if (end.kind !== 'closed') this.#breakOff();
    if (this.#gone) this.#settle(end);
  }

  #breakOff(): void {
    this.#broken = true;
    this.#pump.stop();
    this.#connection.reset();
  }

  /** The connection here is gone, in good order or not. */
  #closed(): void {
    this.#gone = true;
    if (this.#end) this.#settle(this.#end);
    else if (!this.#upEnded || !this.#downEnded) this.stop();
  }
}
