import type { KernelLink, KernelMessage, LinkState, MessageHeader, Outgoing } from '../../src/core/execution.ts';

/** A kernel that does nothing until it is told to: tests say what it sends, and when, and need not wait for a clock. */
export class PuppetKernel implements KernelLink {
  readonly kernelId = 'puppet';
  readonly session = 'client';
  readonly sent: (Outgoing & { readonly id: string })[] = [];
  held = 0;
  closed = false;
  readonly #messages = new Set<(message: KernelMessage) => void>();
  readonly #states = new Set<(state: LinkState) => void>();
  #counter = 0;

  send(message: Outgoing): string {
    this.#counter += 1;
    const id = `client_${this.#counter}`;
    this.sent.push({ ...message, id });
    return id;
  }

  onMessage(listener: (message: KernelMessage) => void): () => void {
    this.#messages.add(listener);
    return () => this.#messages.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }

  holdUntil(promise: Promise<void>): void {
    this.held += 1;
    promise.finally(() => {
      this.held -= 1;
    });
  }

  close(): void {
    this.closed = true;
  }

  /** The newest request that is not silent: the user's cell. */
  get cell(): PuppetRequest {
    return this.#newest(message => message.content.silent === false);
  }

  /** The newest silent request: preparation or a question after an accident. */
  get question(): PuppetRequest {
    return this.#newest(message => message.content.silent === true);
  }

  link(state: LinkState): void {
    for (const listener of this.#states) listener(state);
  }

  /** A status of the kernel that answers nobody, as servers send at a restart. */
  status(state: string): void {
    this.emit('iopub', 'status', { execution_state: state }, {}, 'server');
  }

  emit(
    channel: KernelMessage['channel'],
    type: string,
    content: KernelMessage['content'],
    parent: Partial<MessageHeader>,
    session = 'kernel',
    metadata: KernelMessage['metadata'] = {},
  ): void {
    this.#counter += 1;
    const header = {
      msg_id: `kernel_${this.#counter}`,
      msg_type: type,
      session,
      username: 'k',
      date: '',
      version: '5.3',
    };
    const message: KernelMessage = { channel, header, parent_header: parent, metadata, content, buffers: [] };
    for (const listener of this.#messages) listener(message);
  }

  #newest(fits: (message: Outgoing) => boolean): PuppetRequest {
    const found = this.sent.findLast(message => message.type === 'execute_request' && fits(message));
    if (!found) throw new Error('no such request was sent');
    return new PuppetRequest(this, found.id);
  }
}

/** What the kernel does about one request. */
export class PuppetRequest {
  readonly #kernel: PuppetKernel;
  readonly id: string;

  constructor(kernel: PuppetKernel, id: string) {
    this.#kernel = kernel;
    this.id = id;
  }

  starts(session?: string): this {
    return this.#say('iopub', 'status', { execution_state: 'busy' }, session);
  }

  prints(text: string, name = 'stdout', session?: string): this {
    return this.#say('iopub', 'stream', { name, text }, session);
  }

  replies(content: KernelMessage['content'] = { status: 'ok', execution_count: 1 }, session?: string): this {
    return this.#say('shell', 'execute_reply', content, session);
  }

  /** Replies with values of user expressions, each JSON in a Python string. */
  tells(values: Readonly<Record<string, unknown>>, session?: string): this {
    const expressions = Object.entries(values).map(([name, value]) => [
      name,
      { status: 'ok', data: { 'text/plain': `'${JSON.stringify(value)}'` } },
    ]);
    return this.replies(
      { status: 'ok', execution_count: 1, user_expressions: Object.fromEntries(expressions) },
      session,
    );
  }

  goesIdle(): this {
    return this.#say('iopub', 'status', { execution_state: 'idle' });
  }

  asks(prompt: string, password = false): this {
    return this.#say('stdin', 'input_request', { prompt, password });
  }

  #say(channel: KernelMessage['channel'], type: string, content: KernelMessage['content'], session = 'kernel'): this {
    this.#kernel.emit(channel, type, content, { msg_id: this.id }, session);
    return this;
  }
}
