import type { ConnectOptions, KernelLink, KernelMessage, LinkState, Outgoing } from '../core/execution.ts';
import { type Host, type Socket, SubprotocolRefused } from '../core/host.ts';
import type { Doorway } from '../core/runtime.ts';
import { LastingSocket, UPGRADE_TIMEOUT } from '../http/lasting-socket.ts';
import { decodeMessage, encodeMessage, V1 } from './codec.ts';

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
  /** The server keeps output for a client that vanished, and replays it to the same id. */
  readonly session: string;
  readonly #host: Host;
  readonly #socket: LastingSocket<KernelMessage>;
  readonly #listeners = new Set<(message: KernelMessage) => void>();
  readonly #seen = new RecentIds(REMEMBERED_IDS);
  #nudging = false;
  #owed = false;
  #counter = 0;

  constructor(host: Host, doorway: Doorway, kernelId: string, { reconnect, renew }: ConnectOptions) {
    this.#host = host;
    this.kernelId = kernelId;
    this.session = host.uuid();
    this.#socket = new LastingSocket<KernelMessage>({
      host,
      lost: 'lost the connection to the kernel',
      doorway,
      reconnect,
      endCodes: [],
      connect: (way, signal) => this.#connect(way, signal),
      renew: async signal => (await renew?.(signal)) ?? null,
      write: (message, socket) => socket.send(encodeMessage(message, socket.protocol)),
      receive: (data, socket) => this.#receive(data, socket),
    });
  }

  open(signal: AbortSignal): Promise<void> {
    return this.#socket.open(signal);
  }

  send(message: Outgoing): string {
    const complete = this.#complete(message);
    this.#socket.send(complete);
    // What is sent carries the acknowledgement itself.
    this.#owed = false;
    return complete.header.msg_id;
  }

  onMessage(listener: (message: KernelMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    return this.#socket.onState(listener);
  }

  holdUntil(promise: Promise<void>): void {
    this.#socket.holdUntil(promise);
  }

  close(): void {
    this.#socket.close();
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

  async #connect({ ws, headers }: Doorway, signal: AbortSignal): Promise<Socket> {
    const url = new URL(`api/kernels/${encodeURIComponent(this.kernelId)}/channels`, ws);
    url.searchParams.set('session_id', this.session);
    const options = { headers, timeout: UPGRADE_TIMEOUT, signal };
    try {
      return await this.#host.openSocket(url, { ...options, protocols: [V1] });
    } catch (error) {
      if (!(error instanceof SubprotocolRefused)) throw error;
      return this.#host.openSocket(url, { ...options, protocols: [] });
    }
  }

  #receive(data: string | Uint8Array, socket: Socket): void {
    if (data.length < SMALL) this.#nudgeSoon();
    const message = decodeMessage(data, socket.protocol);
    if (!this.#seen.add(message.header.msg_id)) return;
    for (const listener of this.#listeners) listener(message);
  }

  #nudgeSoon(): void {
    this.#owed = true;
    if (this.#nudging) return;
    this.#nudging = true;
    setImmediate(() => {
      this.#nudging = false;
      if (this.#owed) this.#socket.nudge();
    });
  }
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
