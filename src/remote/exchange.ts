import { randomUUID } from 'node:crypto';
import type { KernelLink, KernelMessage, LinkState } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import { type Comm, Conversation, type Opening, type Party } from './conversation.ts';
import { Loading } from './loading.ts';
import { TARGET } from './source.ts';

/** Loads that are tried for one call before we believe that the kernel cannot hold the remote half. */
const MOST_LOADS = 10;

interface Entry {
  readonly conversation: Conversation;
  loads: number;
  /** Its opening was cut off from its answer while the half was there: it may have begun unheard. */
  inDoubt: boolean;
}

/** All calls over one link: gives each message to the call it belongs to, loads the remote half where it is missing. */
export class Exchange {
  readonly #link: KernelLink;
  readonly #loading: Loading;
  readonly #entries = new Map<string, Entry>();
  readonly #stops: (() => void)[];
  #closed: Failure | null = null;
  /** The half answered on this link, and no kernel has denied it since. */
  #present = false;

  constructor(link: KernelLink) {
    this.#link = link;
    this.#loading = new Loading(link);
    this.#stops = [link.onMessage(message => this.#message(message)), link.onState(state => this.#state(state))];
  }

  begin(opening: Pick<Opening, 'call' | 'arguments' | 'silence'>, party: Party): Conversation {
    const id = randomUUID();
    const forgetful: Party = {
      take: frame => party.take(frame),
      lost: failure => {
        this.#entries.delete(id);
        party.lost(failure);
      },
    };
    const conversation = new Conversation(this.#comm(id), opening, forgetful);
    if (this.#closed) {
      const failure = this.#closed;
      queueMicrotask(() => conversation.lose(failure));
      return conversation;
    }
    this.#entries.set(id, { conversation, loads: 0, inDoubt: false });
    conversation.open();
    return conversation;
  }

  close(failure = new Failure('webSocketError', 'the connection to the runtime was closed')): void {
    if (this.#closed) return;
    this.#closed = failure;
    for (const stop of this.#stops) stop();
    for (const [id, { conversation }] of this.#entries) {
      conversation.lose(failure);
      this.#comm(id).close();
    }
    this.#entries.clear();
  }

  #comm(id: string): Comm {
    const send = (type: string, content: object, buffers: readonly Uint8Array[]) =>
      this.#link.send({ channel: 'shell', type, content: { comm_id: id, ...content }, buffers });
    return {
      open: data => void send('comm_open', { target_name: TARGET, data }, []),
      message: (data, buffers) => void send('comm_msg', { data }, buffers),
      close: () => {
        this.#entries.delete(id);
        send('comm_close', { data: {} }, []);
      },
    };
  }

  #message(message: KernelMessage): void {
    const { channel, content } = message;
    const type = message.header.msg_type;
    if (channel === 'shell') {
      if (type === 'execute_reply') this.#loading.replied(message);
    } else if (type === 'comm_msg') {
      const entry = this.#entries.get(content.comm_id);
      if (!entry) return;
      this.#present = true;
      entry.conversation.heard(content.data, message.buffers);
    } else if (type === 'comm_close') this.#refused(content.comm_id, content.data?.gone === true);
    else if (type === 'status') this.#status(content.execution_state);
    else if (type === 'shutdown_reply') this.#died();
  }

  /** The kernel, or the remote half in it, knows nothing of this call. */
  #refused(id: string, gone: boolean): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    // A command must never run twice: once it may have begun, a kernel that does not know it has lost it.
    if (!gone) this.#present = false;
    if (gone || entry.conversation.begun || entry.inDoubt) entry.conversation.lose('died');
    else void this.#load(entry);
  }

  async #load(entry: Entry): Promise<void> {
    entry.loads += 1;
    try {
      if (entry.loads > MOST_LOADS) throw new Failure('runtimeUnavailable', 'the kernel does not keep the remote half');
      if (entry.loads > 1) await this.#loading.outcome();
      this.#loading.start();
      entry.conversation.open(true);
    } catch (error) {
      entry.conversation.lose(
        error instanceof Failure ? error : new Failure('unknown', String(error), { cause: error }),
      );
    }
  }

  #status(state: string): void {
    if (state === 'starting') this.#reopen();
    if (state === 'restarting' || state === 'autorestarting' || state === 'dead') this.#died();
  }

  #died(): void {
    this.#present = false;
    this.#loading.forget();
    for (const { conversation } of [...this.#entries.values()]) conversation.lose('died');
  }

  #state(state: LinkState): void {
    if (state.state === 'reconnected') this.#reopen();
    if (state.state === 'lost') this.close(lostFailure(state.error));
  }

  #reopen(): void {
    this.#loading.forget();
    for (const entry of this.#entries.values()) {
      entry.inDoubt ||= this.#present;
      entry.conversation.open(true);
    }
  }
}

function lostFailure(error: Error): Failure {
  if (error instanceof Failure && error.kind === 'webSocketError') return error;
  return new Failure('webSocketError', `lost the connection to the runtime: ${error.message}`, {
    cause: error,
  });
}
