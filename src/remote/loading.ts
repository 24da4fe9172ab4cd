import type { KernelLink, KernelMessage } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import { loadingCode } from './source.ts';

/**
 * Sends the remote half's source into the kernel. The kernel takes messages in order, so a call that is opened right
 * behind it need not wait for the reply; only a call that is refused all the same wants to know what became of it.
 */
export class Loading {
  readonly #link: KernelLink;
  #request: string | null = null;
  #reply: Promise<KernelMessage | null> = Promise.resolve(null);
  #settle: (reply: KernelMessage | null) => void = () => {};

  constructor(link: KernelLink) {
    this.#link = link;
  }

  /** Sends the source, unless it is on its way already. */
  start(): void {
    if (this.#request !== null) return;
    this.#reply = new Promise(resolve => {
      this.#settle = resolve;
    });
    const content = {
      code: loadingCode(),
      silent: true,
      store_history: false,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: false,
    };
    this.#request = this.#link.send({ channel: 'shell', type: 'execute_request', content });
  }

  replied(message: KernelMessage): void {
    if (this.#request === null || message.parent_header.msg_id !== this.#request) return;
    this.#request = null;
    this.#settle(message);
  }

  /** The reply may be lost: whoever is refused again sends again. */
  forget(): void {
    this.#request = null;
    this.#settle(null);
  }

  /** Resolves when the last source sent is known to have run or to have been passed over. Throws when it failed. */
  async outcome(): Promise<void> {
    const reply = await this.#reply;
    if (reply?.content.status !== 'error') return;
    const { ename, evalue } = reply.content;
    throw new Failure('runtimeUnavailable', `the kernel cannot hold the remote half: ${ename}: ${evalue}`, {
      retryable: false,
      hints: ['shell commands need a Python kernel, 3.8 or later'],
    });
  }
}
