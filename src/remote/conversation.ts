import type { Failure } from '../core/failure.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { type Frame, type Standing, sizeOf, WINDOW, weight } from './protocol.ts';

/** Milliseconds. */
const ACK_DELAY = 100;
const TICK = 1000;
const PING_AFTER = 5000;
/** A kernel that was restarted answers no message to the old comm, but it does refuse to open it. */
const REOPEN_AFTER = 15_000;
/** What was said to a kernel that is just starting may be lost, so a call that has not begun is repeated sooner. */
const FIRST_REOPEN_AFTER = 2000;

/** The comm of one call. */
export interface Comm {
  open(data: Opening): void;
  message(data: object, buffers: readonly Uint8Array[]): void;
  close(): void;
}

export interface Opening {
  readonly call: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Milliseconds without a word from us after which the call is hung up; null for the usual time. */
  readonly silence: number | null;
  /** The call has begun for certain: it must not begin again. */
  readonly resume: boolean;
  readonly standing: Standing | null;
}

export interface Party {
  /** One frame of the other side, in order. A promise holds back the frames after it, and in the end the sender. */
  take(frame: Frame): void | Promise<void>;
  /** No frame will come any more. */
  lost(failure: Failure | 'died'): void;
}

/**
 * One call: frames in both directions, each exactly once and in order, whatever the network does in between. Never
 * holds up the socket, which others share: a slow reader withholds the right to send instead.
 */
export class Conversation {
  readonly #comm: Comm;
  readonly #opening: Pick<Opening, 'call' | 'arguments' | 'silence'>;
  readonly #party: Party;
  readonly #inbox = new Inbox();
  readonly #outbox = new Outbox();
  readonly #untaken: Frame[] = [];
  readonly #ticker: ReturnType<typeof setInterval>;
  #taking = false;
  #ended = false;
  #begun = false;
  #toldLimit = WINDOW;
  #answer: ReturnType<typeof setTimeout> | null = null;
  #lastSaid = Date.now();
  #lastHeard = Date.now();
  #patience = FIRST_REOPEN_AFTER;

  constructor(comm: Comm, opening: Pick<Opening, 'call' | 'arguments' | 'silence'>, party: Party) {
    this.#comm = comm;
    this.#opening = opening;
    this.#party = party;
    this.#ticker = setInterval(() => this.#tick(), TICK);
  }

  /** True when the other side is known to have begun the call. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Asks the other side to begin the call, or to go on with it. Safe to repeat: it begins once. */
  open(again = false): void {
    if (this.#ended) return;
    this.#said();
    this.#comm.open({ ...this.#opening, resume: this.#begun, standing: again ? this.#standing(true) : null });
  }

  send(kind: string, fields: Readonly<Record<string, unknown>> = {}, buffers: readonly Uint8Array[] = []): void {
    if (this.#ended) return;
    this.#post(this.#outbox.add(kind, fields, buffers));
  }

  get hasRoom(): boolean {
    return this.#outbox.hasRoom;
  }

  /** Resolves when the other side takes another frame, or when the call is over. */
  room(): Promise<void> {
    return this.#ended ? Promise.resolve() : this.#outbox.room();
  }

  /** A message of the other side. */
  // biome-ignore lint/suspicious/noExplicitAny: written by our own Python file, which the comm's target vouches for
  heard(data: Record<string, any>, buffers: readonly Uint8Array[]): void {
    if (this.#ended) return;
    this.#begun = true;
    this.#lastHeard = Date.now();
    if (typeof data.seq === 'number') this.#arrived(data.seq, data, buffers);
    else this.#stands(data as Standing);
  }

  /** Ends it for us, and has the other side hang up if the call is still on. */
  end(): void {
    if (this.#ended) return;
    this.#stop();
    this.#comm.close();
  }

  /** Nothing more can come. */
  lose(failure: Failure | 'died'): void {
    if (this.#ended) return;
    this.#stop();
    this.#party.lost(failure);
  }

  #stop(): void {
    this.#ended = true;
    clearInterval(this.#ticker);
    if (this.#answer) clearTimeout(this.#answer);
    this.#untaken.length = 0;
    this.#outbox.stopWaiting();
  }

  #arrived(seq: number, data: Record<string, unknown>, buffers: readonly Uint8Array[]): void {
    const verdict = this.#inbox.arrived(seq, data.round as number);
    if (verdict === 'ask') this.#tell(false);
    if (verdict !== 'next') return;
    this.#untaken.push({ seq, kind: data.kind as string, fields: data, buffers });
    if (!this.#taking) this.#take();
  }

  #stands(standing: Standing): void {
    const wanted = this.#outbox.acknowledged(standing);
    for (const frame of wanted) this.#post(frame);
    if (this.#inbox.shouldAsk(standing.sent, standing.round) || standing.ask) this.#tell(false);
  }

  /** Hands frames on until one has to be waited for. */
  #take(): void {
    for (let frame = this.#untaken.shift(); frame; frame = this.#untaken.shift()) {
      const settled = this.#party.take(frame);
      if (settled) {
        this.#taking = true;
        void this.#takeLater(settled, frame);
        return;
      }
      this.#taken(frame);
    }
  }

  async #takeLater(settled: Promise<void>, frame: Frame): Promise<void> {
    await settled;
    this.#taking = false;
    if (this.#ended) return;
    this.#taken(frame);
    this.#take();
  }

  #taken(frame: Frame): void {
    if (this.#ended) return;
    this.#inbox.taken(weight(sizeOf(frame.buffers)));
    if (this.#inbox.limit - this.#toldLimit >= WINDOW / 4) this.#tell(false);
    else this.#answer ??= setTimeout(() => this.#tell(false), ACK_DELAY);
  }

  #tell(ask: boolean): void {
    this.#said();
    this.#comm.message(this.#standing(ask), []);
  }

  #standing(ask: boolean): Standing {
    if (this.#answer) clearTimeout(this.#answer);
    this.#answer = null;
    this.#toldLimit = this.#inbox.limit;
    const { next, round } = this.#outbox;
    return { got: this.#inbox.got, limit: this.#toldLimit, sent: next, round, again: this.#inbox.asked, ask };
  }

  #post(frame: Frame): void {
    this.#said();
    const { seq, kind, fields, buffers } = frame;
    this.#comm.message({ ...fields, seq, kind, round: this.#outbox.round }, buffers);
  }

  #said(): void {
    this.#lastSaid = Date.now();
  }

  #tick(): void {
    const now = Date.now();
    if (!this.#begun) this.#knock(now);
    else if (this.#inbox.hole) this.#tell(true);
    else if (now - this.#lastSaid < PING_AFTER) return;
    else if (now - this.#lastHeard < REOPEN_AFTER) this.#tell(true);
    else this.open(true);
  }

  #knock(now: number): void {
    if (now - this.#lastSaid < this.#patience) return;
    this.#patience = Math.min(2 * this.#patience, REOPEN_AFTER);
    this.open(true);
  }
}
