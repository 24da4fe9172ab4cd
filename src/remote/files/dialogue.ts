import type { Failure } from '../../core/failure.ts';
import { Failure as Fault } from '../../core/failure.ts';
import type { Conversation } from '../conversation.ts';
import type { Frame } from '../protocol.ts';
import type { CallSettings } from '../read-machine.ts';
import { type RemoteFailure, remoteFailure } from './failures.ts';

/** A call that is a dialogue: frames are asked for one after the other, and wait in order until then. */
export class Dialogue {
  readonly #conversation: Conversation;
  readonly #signal: AbortSignal;
  readonly #waiting: { readonly frame: Frame; readonly taken: () => void }[] = [];
  /** Of the frame handed out last: acknowledged when the next is asked for, that is when it was used up. */
  #taken: (() => void) | null = null;
  #wake: () => void = () => {};
  #failure: unknown = null;
  readonly #broken: Promise<void>;
  #break: () => void = () => {};
  readonly #abort = () => this.#fail(this.#signal.reason);

  constructor(settings: CallSettings, call: string, facts: Readonly<Record<string, unknown>>, signal: AbortSignal) {
    signal.throwIfAborted();
    this.#signal = signal;
    this.#broken = new Promise(resolve => {
      this.#break = resolve;
    });
    signal.addEventListener('abort', this.#abort, { once: true });
    this.#conversation = settings.exchange.begin(
      { call, arguments: facts, silence: settings.silence },
      { take: frame => this.#take(frame), lost: failure => this.#fail(ofLoss(failure)) },
    );
  }

  /** The next frame. Throws what ended the call on either side. */
  async next(): Promise<Frame> {
    this.#taken?.();
    this.#taken = null;
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#taken = next.taken;
        return next.frame;
      }
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  /** The next frame, which has to be of that kind. */
  async expect(kind: string): Promise<Frame> {
    const frame = await this.next();
    if (frame.kind !== kind) throw new Fault('unknown', `the remote half said \`${frame.kind}\`, not \`${kind}\``);
    return frame;
  }

  /** Sends when the other side takes it. Throws what ended the call. */
  async send(kind: string, fields: object = {}, buffers: readonly Uint8Array[] = []): Promise<void> {
    while (buffers.length > 0 && this.#failure === null && !this.#conversation.hasRoom)
      await Promise.race([this.#conversation.room(), this.#broken]);
    if (this.#failure !== null) throw this.#failure;
    this.#conversation.send(kind, { ...fields }, buffers);
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#conversation.end();
    for (const { taken } of this.#waiting.splice(0)) taken();
    this.#taken?.();
  }

  #take(frame: Frame): void | Promise<void> {
    if (frame.kind === 'end' && frame.fields.failed) {
      this.#fail(remoteFailure(frame.fields.failed as RemoteFailure));
      return;
    }
    if (frame.buffers.length === 0) {
      // Held back, it would hold back the word that the other side failed while we only send.
      this.#waiting.push({ frame, taken: () => {} });
      this.#wake();
      return;
    }
    const taken = new Promise<void>(resolve => this.#waiting.push({ frame, taken: resolve }));
    this.#wake();
    return taken;
  }

  #fail(failure: unknown): void {
    this.#failure ??= failure;
    this.#break();
    this.#wake();
  }
}

function ofLoss(failure: Failure | 'died'): Failure {
  return failure === 'died'
    ? new Fault('kernelDied', 'the kernel that moved the files died or was restarted')
    : failure;
}
