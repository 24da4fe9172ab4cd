import type { Report } from '../core/events.ts';
import type { Cell, Execution, KernelLink, KernelMessage, LinkState, Outcome } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import { type Host, SocketRefused } from '../core/host.ts';
import type { CellControl } from '../core/services.ts';
import { Deferred } from '../util/deferred.ts';
import { ENTER, endingOf, expressionValue, LEAVE, REPORT, WITHDRAW } from './kernel-setup.ts';
import { outcomeOfError, outcomeOfReply } from './outcome.ts';
import { type OutputNews, readOutput } from './output.ts';

export interface CellRunParts {
  readonly host: Host;
  readonly link: KernelLink;
  readonly cell: Cell;
  readonly control: CellControl;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Milliseconds. */
const QUEUED_AFTER = 2000;
const INTERRUPT_GRACE = 5000;
/** Reply and idle race each other; when the second is this late it was lost on the way, and we ask. */
const SECOND_HALF_GRACE = 3000;
const REVIVAL_GRACE = 15_000;
const WITHDRAW_GRACE = 2000;

/**
 * One cell from request to end. It has ended when its reply has arrived and the kernel is idle again, in either order;
 * the exceptions are a kernel that dies and a reply that a broken connection swallowed.
 */
export class CellRun {
  readonly #parts: CellRunParts;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #undo: (() => void)[] = [];
  readonly #result = new Deferred<Execution>();
  readonly #inputs = new AbortController();
  #enterId = '';
  #cellId = '';
  #probeId = '';
  #withdrawId = '';
  #kernelSession = '';
  #oomBaseline: number | null = null;
  #started = false;
  #ended = false;
  #reply: KernelMessage['content'] | null = null;
  #idle = false;
  #executionCount: number | null = null;
  /** Why we interrupted; decides what the ending is called. */
  #stopping: 'timeout' | 'interrupt' | null = null;
  #restarting = false;

  constructor(parts: CellRunParts) {
    this.#parts = parts;
  }

  finish(): Promise<Execution> {
    const { link, signal } = this.#parts;
    this.#undo.push(link.onMessage(message => this.#take(message)), link.onState(state => this.#linkChanged(state)));
    const onAbort = () => this.#stop('interrupt');
    signal.addEventListener('abort', onAbort, { once: true });
    this.#undo.push(() => signal.removeEventListener('abort', onAbort));
    this.#submit();
    if (signal.aborted) onAbort();
    return this.#result.promise;
  }

  #submit(): void {
    const { cell, link } = this.#parts;
    this.#enterId = this.#silent(ENTER, { oom: REPORT }, Object.keys(cell.env).length > 0 ? { lecoder_env: cell.env } : {});
    this.#cellId = link.send({
      channel: 'shell',
      type: 'execute_request',
      content: { code: cell.code, silent: false, store_history: true, user_expressions: {}, allow_stdin: cell.answer !== null, stop_on_error: false },
    });
    this.#later(QUEUED_AFTER, () => {
      if (!this.#started) void this.#parts.report({ type: 'queued' });
    });
    this.#limit();
  }

  #silent(code: string, expressions: Record<string, string>, metadata: Record<string, unknown> = {}): string {
    return this.#parts.link.send({
      channel: 'shell',
      type: 'execute_request',
      content: { code, silent: true, store_history: false, user_expressions: expressions, allow_stdin: false, stop_on_error: false },
      metadata,
    });
  }

  /** The limit counts from the moment the cell runs; waiting in the queue has the same limit of its own. */
  #limit(): void {
    const limit = this.#parts.cell.timeout;
    if (limit !== null) this.#limitTimer = this.#later(limit, () => this.#stop('timeout'));
  }

  #limitTimer: ReturnType<typeof setTimeout> | null = null;

  #take(message: KernelMessage): void {
    const parent = message.parent_header.msg_id;
    if (parent === this.#cellId) this.#takeOwn(message);
    else if (parent === this.#enterId) this.#takeEnter(message);
    else if (parent === this.#probeId && parent !== '') this.#takeProbe(message);
    else if (parent === this.#withdrawId && parent !== '') this.#takeWithdrawal(message);
    else if (message.header.msg_type === 'status') this.#takeStatus(message.content.execution_state);
    // All that a restart or a removal over REST lets other clients know.
    else if (message.header.msg_type === 'shutdown_reply') this.#takeStatus(message.content.restart === true ? 'restarting' : 'dead');
  }

  #takeWithdrawal(message: KernelMessage): void {
    if (message.channel === 'control' && message.content.status === 'ok' && !this.#started) this.#end(this.#stopped([]));
  }

  #takeEnter(message: KernelMessage): void {
    if (message.channel === 'iopub') this.#kernelSession = message.header.session;
    if (message.header.msg_type !== 'execute_reply') return;
    if (message.content.status === 'aborted') return;
    const oom = expressionValue(message.content, 'oom');
    if (typeof oom === 'number' && oom >= 0) this.#oomBaseline = oom;
  }

  #takeOwn(message: KernelMessage): void {
    const { msg_type: type, session } = message.header;
    if (type === 'execute_reply') return this.#replied(message.content);
    if (type === 'status') return this.#statusOfOwn(message.content.execution_state);
    if (type === 'input_request') return void this.#answer(message);
    if (type === 'execute_input') this.#executionCount = message.content.execution_count ?? null;
    const fromServer = this.#kernelSession !== '' && session !== this.#kernelSession;
    const news = readOutput(message, fromServer);
    if (news) this.#pass(news);
  }

  #pass(news: OutputNews): void {
    const wait = this.#parts.report(news);
    if (wait) this.#parts.link.holdUntil(wait);
  }

  #statusOfOwn(state: string): void {
    if (state === 'busy' && !this.#started) {
      this.#started = true;
      if (this.#stopping) void this.#interrupt();
      if (this.#limitTimer) clearTimeout(this.#limitTimer);
      this.#limit();
    }
    if (state !== 'idle') return;
    this.#idle = true;
    this.#endIfWhole();
  }

  #replied(content: KernelMessage['content']): void {
    if (content.status === 'aborted' || content.status === 'abort') return this.#aborted();
    this.#reply = content;
    if (typeof content.execution_count === 'number') this.#executionCount = content.execution_count;
    this.#endIfWhole();
  }

  /** Somebody else's failing cell emptied the queue and ours with it, unrun: ask again. */
  #aborted(): void {
    if (this.#stopping) return this.#end(this.#stopped([]));
    this.#started = false;
    this.#idle = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#submit();
  }

  #endIfWhole(): void {
    if (this.#reply && this.#idle) this.#end(this.#judge(outcomeOfReply(this.#reply)));
    else if (this.#reply || this.#idle) this.#later(SECOND_HALF_GRACE, () => this.#probe());
  }

  /** What stopped the cell decides what its ending is called. */
  #judge(outcome: Outcome): Outcome {
    if (this.#stopping === null) return outcome;
    return this.#stopped(outcome.kind === 'exception' || outcome.kind === 'interrupted' ? outcome.traceback : []);
  }

  #stopped(traceback: readonly string[]): Outcome {
    if (this.#stopping === 'timeout') return { kind: 'timeout', after: this.#parts.cell.timeout ?? 0, restarted: this.#restarting };
    return { kind: 'interrupted', traceback };
  }

  async #answer(message: KernelMessage): Promise<void> {
    const { cell, link } = this.#parts;
    const { prompt, password } = message.content;
    void this.#parts.report({ type: 'input', prompt: String(prompt ?? ''), password: password === true });
    const value = await (cell.answer?.(String(prompt ?? ''), password === true, this.#inputs.signal) ?? null);
    if (this.#ended || this.#inputs.signal.aborted) return;
    // ipykernel takes this character as the end of input and raises EOFError.
    link.send({ channel: 'stdin', type: 'input_reply', content: { value: value ?? '\x04', status: 'ok' }, parent: message.header });
  }

  #stop(why: 'timeout' | 'interrupt'): void {
    if (this.#ended || this.#stopping) return;
    this.#stopping = why;
    this.#inputs.abort();
    // A cell that still waits behind somebody else's must not stop theirs.
    if (this.#started) void this.#interrupt();
    else this.#withdraw();
  }

  /** Takes the cell out of the kernel's queue: the control channel is read while another cell runs. */
  #withdraw(): void {
    this.#withdrawId = this.#parts.link.send({ channel: 'control', type: WITHDRAW, content: { ids: [this.#cellId] } });
    this.#later(WITHDRAW_GRACE, () => {
      const hint = 'run `lecoder-cgpu kernel interrupt` when it runs, or `lecoder-cgpu kernel restart` to empty the queue';
      void this.#parts.report({ type: 'warning', text: 'the code is still in the queue of the busy kernel and will run when its turn comes', hint });
      this.#end(this.#stopped([]));
    });
  }

  async #interrupt(): Promise<void> {
    const reached = await this.#parts.control.interrupt().catch(() => false);
    if (this.#ended || this.#stopping !== 'timeout') return;
    this.#later(reached ? INTERRUPT_GRACE : 0, () => void this.#restart());
  }

  async #restart(): Promise<void> {
    if (this.#ended) return;
    this.#restarting = true;
    await this.#parts.control.restart().catch(() => false);
    this.#end(this.#stopped([]));
  }

  #takeStatus(state: string): void {
    if (this.#restarting) return;
    if (state === 'dead') this.#end({ kind: 'died', reason: 'the kernel is dead', outOfMemory: false });
    if (state === 'restarting' || state === 'autorestarting') void this.#died();
  }

  /** The server has started the kernel again: ask the new one whether memory was the reason. */
  async #died(): Promise<void> {
    if (this.#ended || this.#restarting) return;
    this.#restarting = true;
    this.#inputs.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#probeId = this.#silent(ENTER, { oom: REPORT });
    this.#later(REVIVAL_GRACE, () => this.#end(this.#death(null)));
  }

  #death(oomNow: number | null): Outcome {
    const outOfMemory = oomNow !== null && this.#oomBaseline !== null && oomNow > this.#oomBaseline;
    const reason = outOfMemory ? 'the system killed the kernel because memory ran out' : 'the kernel died and was started again';
    return { kind: 'died', reason, outOfMemory };
  }

  #linkChanged(state: LinkState): void {
    if (state.state === 'lost') return this.#linkLost(state.error);
    if (state.state === 'reconnecting') {
      void this.#parts.report({ type: 'reconnecting', attempt: state.attempt, reason: state.reason });
      return;
    }
    void this.#parts.report({ type: 'reconnected' });
    if (!this.#restarting) this.#probe();
  }

  #linkLost(error: Error): void {
    if (this.#ended) return;
    if (error instanceof SocketRefused && error.status === 404) {
      return this.#end({ kind: 'died', reason: 'the server no longer has the kernel', outOfMemory: false });
    }
    this.#fail(error instanceof Failure ? error : new Failure('webSocketError', 'lost the connection to the kernel', { details: error.message, cause: error }));
  }

  #fail(failure: Failure): void {
    this.#ended = true;
    this.#cleanUp();
    this.#result.reject(failure);
  }

  /** The shell channel is a queue: whatever of ours was before this has happened when it is answered. */
  #probe(): void {
    if (this.#ended) return;
    this.#probeId = this.#silent(ENTER, { ending: endingOf(this.#cellId) });
  }

  #takeProbe(message: KernelMessage): void {
    if (message.header.msg_type !== 'execute_reply') return;
    const content = message.content;
    if (this.#restarting) return this.#end(this.#death(asNumber(expressionValue(content, 'oom'))));
    if (content.status === 'aborted') return this.#probe();
    // Replayed output may still be on its way behind the reply: it travels on another channel.
    this.#later(500, () => this.#settle(content));
  }

  #settle(content: KernelMessage['content']): void {
    if (this.#reply) {
      void this.#parts.report({ type: 'truncated', reason: 'the end of the output may have been lost' });
      return this.#end(this.#judge(outcomeOfReply(this.#reply)));
    }
    const ending = expressionValue(content, 'ending') as readonly string[] | null | undefined;
    if (ending === undefined) return this.#fail(new Failure('webSocketError', 'the connection broke, and the kernel cannot say whether the code ran'));
    if (ending === null) {
      if (this.#stopping) return this.#end(this.#stopped([]));
      // The request itself was lost with the connection: nothing has run, so it is safe to ask again.
      for (const timer of this.#timers) clearTimeout(timer);
      return this.#submit();
    }
    void this.#parts.report({ type: 'truncated', reason: 'output produced while the connection was down was lost' });
    const [name, text] = ending;
    this.#end(this.#judge(name === undefined ? { kind: 'ok' } : outcomeOfError(name, text ?? '', [])));
  }

  #end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    if (Object.keys(this.#parts.cell.env).length > 0 && outcome.kind !== 'died') this.#silent(LEAVE, {});
    this.#cleanUp();
    this.#result.resolve({ outcome, executionCount: this.#executionCount });
  }

  #cleanUp(): void {
    this.#inputs.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const undo of this.#undo) undo();
  }

  #later(ms: number, action: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
}

function asNumber(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 ? value : null;
}
