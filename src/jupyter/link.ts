import type { ConnectOptions, KernelLink, KernelMessage, LinkState, Outgoing } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import { type Host, type Socket, SocketRefused, SubprotocolRefused } from '../core/host.ts';
import type { Doorway } from '../core/runtime.ts';
import { decodeMessage, encodeMessage, V1 } from './codec.ts';

/** Milliseconds. The sum of the pauses is how long a network may be away before we give up. */
const PAUSES = [0, 200, 500, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000];
const UPGRADE_TIMEOUT = 20_000;
/** A socket that has been silent this long is pinged; one that leaves a ping unanswered this long is cut. */
const PING_AFTER = 15_000;
const REMEMBERED_IDS = 4096;
/**
 * Jupyter's server leaves Nagle's algorithm on: it holds a second small message back until the first is acknowledged,
 * which our system delays by 40 ms unless something of ours travels along. So something does, once a turn of the event
 * loop; large messages fill their packets and need no help.
 */
const SMALL = 8192;

/** Opens one WebSocket to a kernel; sends nothing before it, asks nothing after it. */
export async function openLink(
  host: Host,
  doorway: Doorway,
  kernelId: string,
  options: ConnectOptions,
): Promise<KernelLink> {
  const link = new Link(host, doorway, kernelId, options);
  await link.open(options.signal);
  return link;
}

class Link implements KernelLink {
  readonly kernelId: string;
  readonly #host: Host;
  readonly #options: ConnectOptions;
  /** The server keeps output for a client that vanished, and replays it to the same id. */
  readonly session: string;
  readonly #messageListeners = new Set<(message: KernelMessage) => void>();
  readonly #stateListeners = new Set<(state: LinkState) => void>();
  readonly #seen = new RecentIds(REMEMBERED_IDS);
  readonly #waiting: KernelMessage[] = [];
  readonly #closing = new AbortController();
  #doorway: Doorway;
  #socket: Socket | null = null;
  #heartbeat: ReturnType<typeof setInterval> | null = null;
  #lastHeard = 0;
  #nudging = false;
  #owed = false;
  #counter = 0;
  #holds = 0;

  constructor(host: Host, doorway: Doorway, kernelId: string, options: ConnectOptions) {
    this.#host = host;
    this.#doorway = doorway;
    this.kernelId = kernelId;
    this.#options = options;
    this.session = host.uuid();
  }

  async open(signal: AbortSignal): Promise<void> {
    this.#adopt(await this.#connect(signal));
  }

  send(message: Outgoing): string {
    const complete = this.#complete(message);
    if (this.#socket) {
      this.#socket.send(encodeMessage(complete, this.#socket.protocol));
      // What is sent carries the acknowledgement itself.
      this.#owed = false;
    } else this.#waiting.push(complete);
    return complete.header.msg_id;
  }

  onMessage(listener: (message: KernelMessage) => void): () => void {
    this.#messageListeners.add(listener);
    return () => this.#messageListeners.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  holdUntil(promise: Promise<void>): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#socket?.pause();
    const release = () => {
      this.#holds -= 1;
      this.#lastHeard = this.#host.monotonic();
      if (this.#holds === 0) this.#socket?.resume();
    };
    promise.then(release, release);
  }

  close(): void {
    this.#closing.abort();
    this.#stopHeartbeat();
    this.#socket?.close(1000);
    this.#socket = null;
  }

  #complete(message: Outgoing): KernelMessage {
    this.#counter += 1;
    return {
      channel: message.channel,
      header: {
        msg_id: `${this.session}_${this.#counter}`,
        msg_type: message.type,
        session: this.session,
        username: 'lecoder-cgpu',
        date: this.#host.now().toISOString(),
        version: '5.3',
      },
      parent_header: message.parent ?? {},
      metadata: message.metadata ?? {},
      content: message.content,
      buffers: message.buffers ?? [],
    };
  }

  async #connect(signal: AbortSignal): Promise<Socket> {
    const url = new URL(`api/kernels/${encodeURIComponent(this.kernelId)}/channels`, this.#doorway.ws);
    url.searchParams.set('session_id', this.session);
    const options = { headers: this.#doorway.headers, timeout: UPGRADE_TIMEOUT, signal };
    try {
      return await this.#host.openSocket(url, { ...options, protocols: [V1] });
    } catch (error) {
      if (!(error instanceof SubprotocolRefused)) throw error;
      return this.#host.openSocket(url, { ...options, protocols: [] });
    }
  }

  #adopt(socket: Socket): void {
    this.#socket = socket;
    this.#lastHeard = this.#host.monotonic();
    socket.onMessage(data => this.#receive(data, socket));
    socket.onPong(() => {
      this.#lastHeard = this.#host.monotonic();
    });
    socket.onClose((code, reason) => {
      if (this.#socket === socket) this.#lost(code, reason);
    });
    if (this.#holds > 0) socket.pause();
    for (const message of this.#waiting.splice(0)) socket.send(encodeMessage(message, socket.protocol));
    this.#heartbeat = setInterval(() => this.#beat(socket), PING_AFTER);
  }

  #receive(data: string | Uint8Array, socket: Socket): void {
    this.#lastHeard = this.#host.monotonic();
    if (data.length < SMALL) this.#nudgeSoon();
    const message = decodeMessage(data, socket.protocol);
    if (!this.#seen.add(message.header.msg_id)) return;
    for (const listener of this.#messageListeners) listener(message);
  }

  #nudgeSoon(): void {
    this.#owed = true;
    if (this.#nudging) return;
    this.#nudging = true;
    setImmediate(() => {
      this.#nudging = false;
      if (this.#owed) this.#socket?.nudge();
    });
  }

  #beat(socket: Socket): void {
    if (this.#holds > 0) return;
    if (this.#host.monotonic() - this.#lastHeard > 2 * PING_AFTER) socket.terminate();
    else socket.ping();
  }

  #lost(code: number, reason: string): void {
    this.#socket = null;
    this.#stopHeartbeat();
    if (this.#closing.signal.aborted) return;
    const why = reason || `the connection was closed with code ${code}`;
    if (this.#options.reconnect) void this.#comeBack(why);
    else this.#give(new Failure('webSocketError', `lost the connection to the kernel: ${why}`));
  }

  async #comeBack(reason: string): Promise<void> {
    let refusals = 0;
    let last: Error = new Failure('webSocketError', `lost the connection to the kernel: ${reason}`);
    for (const [index, pause] of PAUSES.entries()) {
      this.#tell({ state: 'reconnecting', attempt: index + 1, reason });
      try {
        await this.#host.sleep(pause, this.#closing.signal);
        this.#adopt(await this.#connect(this.#closing.signal));
        this.#tell({ state: 'reconnected' });
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        last = error instanceof Error ? error : last;
        if (isRefusal(error)) {
          refusals += 1;
          if (refusals > 2 || !(await this.#renew())) break;
        }
      }
    }
    this.#give(last);
  }

  /** A refused upgrade means an expired token or a kernel that is gone: only a fresh way in can tell which. */
  async #renew(): Promise<boolean> {
    const doorway = (await this.#options.renew?.(this.#closing.signal).catch(() => null)) ?? null;
    if (doorway) this.#doorway = doorway;
    return doorway !== null;
  }

  #give(error: Error): void {
    this.#tell({ state: 'lost', error });
  }

  #tell(state: LinkState): void {
    for (const listener of this.#stateListeners) listener(state);
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

/** Remembers the newest ids, so that replayed messages are not handed on twice. */
class RecentIds {
  readonly #ids = new Set<string>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** False when the id was there already. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > this.#capacity) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
