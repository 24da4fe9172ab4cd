import type { Report } from '../../core/events.ts';
import type { RemoteHalf, Tunnel } from '../../core/execution.ts';
import { Failure } from '../../core/failure.ts';
import { type Connection, type Host, type Listener, PortRefused } from '../../core/host.ts';
import { type ForwardWish, place, placeName } from './read-forwards.ts';

/** What went through one forwarded port. */
export interface ForwardCount {
  /** `127.0.0.1:6006`. */
  readonly local: string;
  readonly localPort: number;
  /** `localhost:6006`, as the runtime sees it. */
  readonly remote: string;
  readonly connections: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** A local port, and the connections through it. Those that come before there is a way to the runtime wait. */
export class ForwardDoor {
  readonly #wish: ForwardWish;
  readonly #report: Report;
  readonly #open = new Set<Tunnel>();
  #waiting: Connection[] = [];
  #listener: Listener | null = null;
  #half: RemoteHalf | null = null;
  #lost: (failure: Failure | null) => void = () => {};
  #closing = false;
  #toldRefusal = false;
  #count = { connections: 0, bytesUp: 0, bytesDown: 0 };

  constructor(wish: ForwardWish, report: Report) {
    this.#wish = wish;
    this.#report = report;
  }

  get port(): number {
    return this.#listener?.port ?? 0;
  }

  get count(): ForwardCount {
    const open = [...this.#open];
    return {
      local: `127.0.0.1:${this.port}`,
      localPort: this.port,
      remote: place(this.#wish),
      connections: this.#count.connections,
      bytesUp: open.reduce((sum, tunnel) => sum + tunnel.bytesUp, this.#count.bytesUp),
      bytesDown: open.reduce((sum, tunnel) => sum + tunnel.bytesDown, this.#count.bytesDown),
    };
  }

  /** Throws a `usage` failure when the port was asked for by number and cannot be had; else takes a free one. */
  async listen(host: Host): Promise<void> {
    const { local, exact } = this.#wish;
    const accept = (connection: Connection) => this.#accept(connection);
    try {
      this.#listener = await host.listen(local, accept);
    } catch (error) {
      if (!(error instanceof PortRefused)) throw error;
      if (exact) throw refusal(error, this.#wish);
      this.#listener = await host.listen(0, accept);
      void this.#report({ type: 'note', text: `${error.message} on this machine; taking ${this.port} instead` });
    }
  }

  /**
   * From now on connections are carried, also those that waited. When one is lost with the kernel that held it, or with
   * the way there, `lost` is called and new ones wait for another half.
   */
  carry(half: RemoteHalf, lost: (failure: Failure | null) => void): void {
    this.#half = half;
    this.#lost = lost;
    for (const connection of this.#waiting.splice(0)) this.#join(connection, half);
  }

  /** Lets nobody in any more and breaks off what is open. Resolves when the runtime knows. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#listener?.close();
    for (const connection of this.#waiting.splice(0)) connection.reset();
    const open = [...this.#open];
    for (const tunnel of open) tunnel.stop();
    await Promise.all(open.map(tunnel => tunnel.ended));
  }

  #accept(connection: Connection): void {
    if (this.#closing) connection.reset();
    else if (this.#half) this.#join(connection, this.#half);
    else this.#waiting.push(connection);
  }

  #join(connection: Connection, half: RemoteHalf): void {
    const { host, remote } = this.#wish;
    const tunnel = half.forward({ host, port: remote }, connection);
    this.#open.add(tunnel);
    this.#count.connections += 1;
    void tunnel.ended.then(end => {
      this.#open.delete(tunnel);
      this.#count.bytesUp += tunnel.bytesUp;
      this.#count.bytesDown += tunnel.bytesDown;
      if (this.#closing) return;
      if (end.kind === 'refused') this.#refused(end.reason);
      if (end.kind === 'lost' && this.#half === half) {
        this.#half = null;
        this.#lost(end.failure);
      }
    });
  }

  /** Said once: a browser tries again and again. */
  #refused(reason: string): void {
    if (this.#toldRefusal) return;
    this.#toldRefusal = true;
    const text = `${placeName(this.#wish)} does not answer (${reason}); connections to it are closed until it does`;
    void this.#report({ type: 'note', text });
  }
}

function refusal(error: PortRefused, wish: ForwardWish): Failure {
  return new Failure('usage', `${error.message} on this machine`, {
    hints: [`write \`0:${wish.host === 'localhost' ? '' : `${wish.host}:`}${wish.remote}\` for any free port`],
    cause: error,
  });
}
