import { connect, createServer, type Socket } from 'node:net';

/** A wire between a client and a server on this machine that can be cut, slowed down and frozen. */
export interface TcpProxy {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Bytes the server sent so far, over all connections. */
  readonly bytesDown: number;
  readonly bytesUp: number;
  /** Resets every open connection at both ends. New ones are accepted. */
  cut(): void;
  /**
   * Cuts in the next moment in which nothing is on the wire. Jupyter's protocol acknowledges nothing, so what is on its
   * way when a connection breaks is beyond any client of it; what the server sends afterwards is not.
   */
  cutBetweenMessages(): void;
  /** Milliseconds each direction takes from now on. */
  delay(ms: number): void;
  /** Bytes stay where they are, connections stay open, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Cuts once the server has sent so many bytes more. */
  cutAfter(bytes: number): void;
  /** Cuts once so many bytes more have passed, those of both directions together, and not one more. */
  cutAfterEither(bytes: number): void;
  /** What the server sends from now on is lost, until the next cut: a network that is gone and not missed yet. */
  lose(): void;
  /** The same, from when so many bytes more have gone to the server. */
  loseAfter(bytes: number): void;
  /** Bytes lost that way so far. */
  readonly bytesLost: number;
  /** While true new connections are closed at once. */
  refuse(refusing: boolean): void;
  /** The same address by way of this proxy. */
  through(url: URL): URL;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const wire = new Wire(target);
  await wire.listen();
  return wire;
}

class Wire implements TcpProxy {
  port = 0;
  accepted = 0;
  bytesDown = 0;
  bytesUp = 0;
  readonly #target: { host: string; port: number };
  readonly #server = createServer({ allowHalfOpen: true }, socket => this.#accept(socket));
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #delay = 0;
  #frozen = false;
  #refusing = false;
  #cutAt = Number.POSITIVE_INFINITY;
  #left = Number.POSITIVE_INFINITY;
  #losing = false;
  #loseAt = Number.POSITIVE_INFINITY;
  bytesLost = 0;

  constructor(target: { host: string; port: number }) {
    this.#target = target;
  }

  async listen(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.port = address.port;
  }

  cut(): void {
    this.#cutAt = Number.POSITIVE_INFINITY;
    this.#left = Number.POSITIVE_INFINITY;
    this.#losing = false;
    this.#loseAt = Number.POSITIVE_INFINITY;
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  cutBetweenMessages(): void {
    const seen = this.bytesDown;
    // The second look comes after the event loop has read what had arrived.
    setTimeout(() => setImmediate(() => (seen === this.bytesDown ? this.cut() : this.cutBetweenMessages())), 12);
  }

  delay(ms: number): void {
    this.#delay = ms;
  }

  freeze(): void {
    this.#frozen = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  cutAfter(bytes: number): void {
    this.#cutAt = this.bytesDown + bytes;
  }

  cutAfterEither(bytes: number): void {
    this.#left = bytes;
  }

  lose(): void {
    this.#losing = true;
  }

  loseAfter(bytes: number): void {
    this.#loseAt = this.bytesUp + bytes;
  }

  refuse(refusing: boolean): void {
    this.#refusing = refusing;
  }

  through(url: URL): URL {
    const other = new URL(url);
    other.hostname = '127.0.0.1';
    other.port = String(this.port);
    return other;
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #accept(near: Socket): void {
    if (this.#refusing) return void near.resetAndDestroy();
    this.accepted += 1;
    const far = connect({ ...this.#target, allowHalfOpen: true });
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      if (this.#frozen) socket.pause();
      socket.on('error', () => this.#drop(pair));
      socket.on('close', () => this.#drop(pair));
    }
    this.#carry(near, far, size => {
      this.bytesUp += size;
      if (this.bytesUp >= this.#loseAt) this.#losing = true;
    });
    this.#carry(far, near, size => {
      this.bytesDown += size;
      if (this.bytesDown >= this.#cutAt) this.cut();
    });
  }

  #carry(from: Socket, to: Socket, count: (size: number) => void): void {
    from.on('data', chunk => {
      if (this.#loses(from)) {
        this.bytesLost += chunk.byteLength;
        return;
      }
      this.#later(() => {
        if (to.destroyed) return;
        const piece = chunk.subarray(0, this.#left);
        this.#left -= piece.byteLength;
        if (!to.write(piece)) from.pause();
        count(piece.byteLength);
        if (this.#left === 0) this.cut();
      });
    });
    to.on('drain', () => {
      if (!this.#frozen) from.resume();
    });
    from.on('end', () => this.#later(() => void to.end()));
  }

  #loses(from: Socket): boolean {
    return this.#losing && [...this.#pairs].some(([, far]) => far === from);
  }

  #later(action: () => void): void {
    if (this.#delay === 0) action();
    else setTimeout(action, this.#delay);
  }

  #drop(pair: readonly [Socket, Socket]): void {
    this.#pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}
