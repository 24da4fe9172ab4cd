import type { Cell, KernelLink, KernelMessage } from '../core/execution.ts';
import { Deferred } from '../util/deferred.ts';

/**
 * Serves what a kernel of Colab's asks of its client while a cell runs; wire document, section 4.7. Such messages stand
 * on iopub and most have no request of ours as their parent, only our session. Every one that waits for an answer gets
 * one: without it the cell would block, for some types for ever.
 */
export class ColabRequests {
  readonly #link: KernelLink;
  readonly #cell: Cell;
  readonly #signal: AbortSignal;
  #shellInput: AbortController | null = null;
  #echo = true;

  constructor(link: KernelLink, cell: Cell, signal: AbortSignal) {
    this.#link = link;
    this.#cell = cell;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#shellInput?.abort(), { once: true });
  }

  /** True when the message was for us. */
  take(message: KernelMessage, cellId: string): boolean {
    const { header, parent_header: parent, metadata, content } = message;
    if (header.msg_type !== 'colab_request') return false;
    const ours = parent.msg_id === undefined ? parent.session === this.#link.session : parent.msg_id === cellId;
    if (!ours) return true;
    const type = String(metadata.colab_request_type ?? '');
    const request = typeof content.request === 'object' && content.request !== null ? content.request : {};
    const id = metadata.colab_msg_id;
    if (typeof id === 'number') void this.#serve(type, request, { id, header });
    else this.#notice(type, request);
    return true;
  }

  async #serve(
    type: string,
    request: Record<string, unknown>,
    { id, header }: { id: number; header: KernelMessage['header'] },
  ): Promise<void> {
    const answer = await this.#cell.colab(type, request, this.#signal);
    if (this.#signal.aborted) return;
    // The value is an object here, not text as in an answer to `input()`.
    const value = { type: 'colab_reply', colab_msg_id: id, ...answer };
    this.#link.send({ channel: 'stdin', type: 'input_reply', content: { value }, parent: header });
  }

  /** A `!command` reads from us while its input is on display. */
  #notice(type: string, request: Record<string, unknown>): void {
    if (type === 'cell_update_stdin') this.#echo = request.echo !== false;
    if (type === 'cell_remove_stdin') this.#shellInput?.abort();
    if (type !== 'cell_display_stdin' || this.#shellInput || this.#cell.answer === null) return;
    this.#shellInput = new AbortController();
    void this.#feed(this.#shellInput.signal).finally(() => {
      this.#shellInput = null;
      this.#echo = true;
    });
  }

  /** Lines of the terminal, each sent unasked and with its end, until the command is through with them. */
  async #feed(done: AbortSignal): Promise<void> {
    const stopped = new Deferred<null>();
    done.addEventListener('abort', () => stopped.resolve(null), { once: true });
    while (!done.aborted) {
      const typed = this.#cell.answer?.('', !this.#echo, done).catch(() => null) ?? null;
      const line = await Promise.race([typed, stopped.promise]);
      if (done.aborted || line === null) return;
      this.#link.send({ channel: 'stdin', type: 'input_reply', content: { value: `${line}\n` } });
    }
  }
}
