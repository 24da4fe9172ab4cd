import type { LinkState } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import { type Host, type Socket, SocketRefused } from '../core/host.ts';
import type { Doorway } from '../core/runtime.ts';

/** Milliseconds. The sum of the pauses is how long a network may be away before we give up. */
const PAUSES = [0, 200, 500, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000];
/** A socket that has been silent this long is pinged; one that leaves a ping unanswered this long is cut. */
const PING_AFTER = 15_000;
/** More than one new way in that is refused as well is an answer. */
const MOST_REFUSALS = 2;

/** Milliseconds until the answer to an upgrade is no longer waited for. */
export const UPGRADE_TIMEOUT = 20_000;

export interface LastingSocketParts<Item> {
  readonly host: Pick<Host, 'sleep' | 'monotonic'>;
  /** How a message begins that says it is lost for good. */
  readonly lost: string;
  readonly doorway: Doorway;
  readonly reconnect: boolean;
  /** Codes with which the other side says that it is over. */
  readonly endCodes: readonly number[];
  connect(doorway: Doorway, signal: AbortSignal): Promise<Socket>;
  /** Asked for a fresh way in when a reconnect is refused. Null gives up. */
  renew(signal: AbortSignal): Promise<Doorway | null>;
  write(item: Item, socket: Socket): void;
  receive(data: string | Uint8Array, socket: Socket): void;
}

/** A WebSocket that comes back when it was cut. What is sent while it is away is kept; nothing is acknowledged. */
export class LastingSocket<Item> {
  /** Resolves when the other side ends it, or we do. Rejects with `webSocketError` when it is lost for good. */
  readonly ended: Promise<void>;
  readonly #parts: LastingSocketParts<Item>;
  readonly #states = new Set<(state: LinkState) => void>();
  readonly #closing = new AbortController();
  readonly #waiting: Item[] = [];
  #end: () => void = () => {};
  #lose: (error: Error) => void = () => {};
  #doorway: Doorway;
  #socket: Socket | null = null;
  #heartbeat: ReturnType<typeof setInterval> | null = null;
  #lastHeard = 0;
  #holds = 0;

  constructor(parts: LastingSocketParts<Item>) {
    this.#parts = parts;
    this.#doorway = parts.doorway;
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#lose = reject;
    });
    this.ended.catch(() => {}); // whoever waits for it hears of it
  }

  /** The way in of this moment. */
  get doorway(): Doorway {
    return this.#doorway;
  }

  /** Throws `SocketRefused`, the signal's reason, or the network's own error. */
  async open(signal: AbortSignal): Promise<void> {
    this.#adopt(await this.#parts.connect(this.#doorway, signal));
  }

  send(item: Item): void {
    if (this.#socket) this.#parts.write(item, this.#socket);
    else this.#waiting.push(item);
  }

  /** Sends an empty pong, when there is a connection. */
  nudge(): void {
    this.#socket?.nudge();
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }

  /** Stops reading until the promise settles: the reader is behind. */
  holdUntil(promise: Promise<void>): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#socket?.pause();
    const release = () => {
      this.#holds -= 1;
      this.#lastHeard = this.#parts.host.monotonic();
      if (this.#holds === 0) this.#socket?.resume();
    };
    promise.then(release, release);
  }

  close(): void {
    this.#closing.abort();
    this.#stopHeartbeat();
    this.#socket?.close(1000);
    this.#socket = null;
    this.#end();
  }

  #adopt(socket: Socket): void {
    const { host, write, receive } = this.#parts;
    this.#socket = socket;
    this.#lastHeard = host.monotonic();
    socket.onMessage(data => {
      this.#lastHeard = host.monotonic();
      receive(data, socket);
    });
    socket.onPong(() => {
      this.#lastHeard = host.monotonic();
    });
    socket.onClose((code, reason) => {
      if (this.#socket === socket) this.#lost(code, reason);
    });
    if (this.#holds > 0) socket.pause();
    for (const item of this.#waiting.splice(0)) write(item, socket);
    this.#heartbeat = setInterval(() => this.#beat(socket), PING_AFTER);
  }

  #beat(socket: Socket): void {
    if (this.#holds > 0) return;
    if (this.#parts.host.monotonic() - this.#lastHeard > 2 * PING_AFTER) socket.terminate();
    else socket.ping();
  }

  #lost(code: number, reason: string): void {
    this.#socket = null;
    this.#stopHeartbeat();
    if (this.#closing.signal.aborted) return;
    if (this.#parts.endCodes.includes(code)) return void this.#end();
    const why = reason || `the connection was closed with code ${code}`;
    if (this.#parts.reconnect) void this.#comeBack(why);
    else this.#give(this.#failure(why));
  }

  async #comeBack(reason: string): Promise<void> {
    const closing = this.#closing.signal;
    let refusals = 0;
    let last: Error = this.#failure(reason);
    for (const [index, pause] of PAUSES.entries()) {
      this.#tell({ state: 'reconnecting', attempt: index + 1, reason });
      try {
        await this.#parts.host.sleep(pause, closing);
        this.#adopt(await this.#parts.connect(this.#doorway, closing));
        return this.#tell({ state: 'reconnected' });
      } catch (error) {
        if (closing.aborted) return;
        last = error instanceof Error ? error : last;
        if (!isRefusal(error)) continue;
        refusals += 1;
        if (refusals > MOST_REFUSALS || !(await this.#renew())) break;
      }
    }
    this.#give(last);
  }

  /** A refusal means an expired token, or that what is behind it is gone: only a fresh way in can tell which. */
  async #renew(): Promise<boolean> {
    const doorway = await this.#parts.renew(this.#closing.signal).catch(() => null);
    if (doorway !== null) this.#doorway = doorway;
    return doorway !== null;
  }

  #give(error: Error): void {
    this.#tell({ state: 'lost', error });
    this.#lose(error instanceof Failure ? error : this.#failure(error.message));
  }

  #failure(why: string): Failure {
    return new Failure('webSocketError', `${this.#parts.lost}: ${why}`);
  }

  #tell(state: LinkState): void {
    for (const listener of this.#states) listener(state);
  }

  #stopHeartbeat(): void {
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
  }
}

/** 5xx is a server or proxy that is coming up; these are an answer. */
function isRefusal(error: unknown): boolean {
  return error instanceof SocketRefused && [401, 403, 404, 410].includes(error.status);
}
