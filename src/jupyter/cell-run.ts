import type { Report } from '../core/events.ts';
import type { Cell, Execution, KernelLink, KernelMessage, LinkState, Outcome } from '../core/execution.ts';
import { Failure } from '../core/failure.ts';
import { SocketRefused } from '../core/host.ts';
import type { CellControl } from '../core/services.ts';
import { Deferred } from '../util/deferred.ts';
import { death, memoryKills, rememberedEnding } from './cell-fate.ts';
import { type Preparation, preparationOf } from './cell-preparation.ts';
import { CellRequests } from './cell-requests.ts';
import { ColabRequests } from './colab-requests.ts';
import { endingOf, REPORT } from './kernel-setup.ts';
import { outcomeOfReply } from './outcome.ts';
import { readOutput } from './output.ts';
import { OutputCount } from './output-count.ts';
import { Timers } from './timers.ts';

export interface CellRunParts {
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
/** Replayed output travels on another channel than the answer to our question, and may come after it. */
const REPLAY_GRACE = 500;
const REVIVAL_GRACE = 15_000;
const ASK_AGAIN = 1500;
const WITHDRAW_GRACE = 2000;
const LOST = 'what was on its way when the connection broke is missing';

/**
 * One cell from request to end. It has ended when its reply has arrived and the kernel is idle again, in either order;
 * the exceptions are a kernel that dies and a reply that a broken connection swallowed.
 */
export class CellRun {
  readonly #parts: CellRunParts;
  readonly #requests: CellRequests;
  readonly #preparation: Preparation;
  readonly #timers = new Timers();
  readonly #undo: (() => void)[] = [];
  readonly #result = new Deferred<Execution>();
  readonly #inputs = new AbortController();
  readonly #colab: ColabRequests;
  readonly #count: OutputCount;
  #ids = { enter: '', cell: '', question: '', withdrawal: '' };
  #phase: 'queued' | 'running' | 'reviving' | 'ended' = 'queued';
  /** Why we stopped the cell; decides what its ending is called. */
  #stopping: 'timeout' | 'interrupt' | null = null;
  #cancelLimit = () => {};
  /** Of the kernel process that has the cell, as far as we know. */
  #kernelSession = '';
  /** Of the one that was trusted to be prepared; null when the cell brought its preparation along. */
  #trusted: string | null = null;
  #killsBefore: number | null = null;
  #reply: KernelMessage['content'] | null = null;
  #idle = false;
  #executionCount: number | null = null;
  /** How it ended; all that is open then is whether its output came. */
  #known: Outcome | null = null;

  constructor(parts: CellRunParts) {
    this.#parts = parts;
    this.#requests = new CellRequests(parts.link, parts.cell);
    this.#preparation = preparationOf(parts.link);
    this.#colab = new ColabRequests(parts.link, parts.cell, this.#inputs.signal);
    this.#count = new OutputCount(this.#requests, this.#timers);
  }

  finish(): Promise<Execution> {
    const { link, signal } = this.#parts;
    this.#undo.push(
      link.onMessage(message => this.#take(message)),
      link.onState(state => this.#linkChanged(state)),
    );
    const onAbort = () => this.#stop('interrupt');
    signal.addEventListener('abort', onAbort, { once: true });
    this.#undo.push(() => signal.removeEventListener('abort', onAbort));
    this.#submit();
    if (signal.aborted) onAbort();
    return this.#result.promise;
  }

  #submit(): void {
    this.#timers.clear();
    this.#phase = 'queued';
    this.#idle = false;
    this.#prepare();
    this.#ids.cell = this.#requests.cell(this.#preparation.session !== null);
    this.#preparation.sent();
    this.#count.begin(this.#ids.cell);
    this.#timers.later(QUEUED_AFTER, () => {
      if (this.#phase === 'queued') void this.#parts.report({ type: 'queued' });
    });
    this.#limit();
  }

  /** Right after a cell of ours the kernel is prepared, and what it would be asked is known. */
  #prepare(): void {
    const { session, kills, holds } = this.#preparation;
    const spared = holds && !this.#requests.hasOwn;
    this.#trusted = spared ? session : null;
    this.#ids.enter = spared ? '' : this.#requests.enter();
    if (!spared) return;
    this.#kernelSession = session ?? '';
    this.#killsBefore = kills;
  }

  /** The limit counts from the moment the cell runs; waiting in the queue has the same limit of its own. */
  #limit(): void {
    this.#cancelLimit();
    const limit = this.#parts.cell.timeout;
    if (limit !== null) this.#cancelLimit = this.#timers.later(limit, () => this.#stop('timeout'));
  }

  #take(message: KernelMessage): void {
    const parent = message.parent_header.msg_id ?? '';
    const { msg_type: type } = message.header;
    if (this.#count.take(message)) return;
    if (this.#colab.take(message, this.#ids.cell)) return;
    if (parent === this.#ids.cell) this.#takeOwn(message);
    else if (parent !== '' && parent === this.#ids.enter) this.#takeEnter(message);
    else if (parent !== '' && parent === this.#ids.question) this.#takeAnswer(message);
    else if (parent !== '' && parent === this.#ids.withdrawal) this.#takeWithdrawal(message);
    else if (type === 'status') this.#takeStatus(message.content.execution_state);
    // All that a restart or a removal over REST lets other clients know.
    else if (type === 'shutdown_reply') this.#takeStatus(message.content.restart === true ? 'restarting' : 'dead');
  }

  #takeOwn(message: KernelMessage): void {
    const { msg_type: type, session } = message.header;
    if (type === 'execute_reply') this.#replied(message);
    else if (type === 'status') this.#ownStatus(message);
    else if (type === 'input_request') void this.#answer(message);
    else if (type === 'execute_input') this.#executionCount = message.content.execution_count ?? null;
    else {
      const news = readOutput(message, this.#kernelSession !== '' && session !== this.#kernelSession);
      const wait = news && this.#parts.report(news);
      if (wait) this.#parts.link.holdUntil(wait);
    }
  }

  #takeEnter(message: KernelMessage): void {
    if (message.channel === 'iopub') this.#kernelSession = message.header.session;
    if (message.header.msg_type !== 'execute_reply') return;
    this.#killsBefore = memoryKills(message.content) ?? this.#killsBefore;
    this.#preparation.prepared(message);
  }

  #takeWithdrawal({ channel, content }: KernelMessage): void {
    if (channel === 'control' && content.status === 'ok' && this.#phase === 'queued') this.#end(this.#stopped([]));
  }

  #ownStatus({ header, content: { execution_state: state } }: KernelMessage): void {
    this.#kernelSession = header.session;
    if (state === 'busy' && this.#phase === 'queued') {
      this.#phase = 'running';
      this.#limit();
      if (this.#stopping) void this.#interrupt();
    }
    if (state !== 'idle') return;
    this.#idle = true;
    this.#endIfWhole();
  }

  #replied(message: KernelMessage): void {
    const { content } = message;
    // Somebody else's failing cell emptied the queue and ours with it, unrun: ask again. (Old kernels say `abort`.)
    if (content.status === 'aborted' || content.status === 'abort') {
      if (this.#stopping) this.#end(this.#stopped([]));
      else this.#submit();
      return;
    }
    this.#preparation.replied(message);
    this.#reply = content;
    if (typeof content.execution_count === 'number') this.#executionCount = content.execution_count;
    this.#endIfWhole();
  }

  #endIfWhole(): void {
    if (this.#known) return;
    if (this.#reply && this.#idle) this.#endWhenCounted(this.#judge(outcomeOfReply(this.#reply)));
    else this.#timers.later(SECOND_HALF_GRACE, () => this.#ask());
  }

  #endWhenCounted(outcome: Outcome): void {
    this.#timers.clear();
    this.#ids.question = '';
    this.#known = outcome;
    this.#count.whenKnown(lost => {
      if (lost) void this.#parts.report({ type: 'truncated', reason: LOST });
      this.#end(outcome);
    });
  }

  get #over(): boolean {
    return this.#known !== null || this.#phase === 'ended';
  }

  /** What stopped the cell decides what its ending is called. */
  #judge(outcome: Outcome): Outcome {
    if (this.#stopping === null) return outcome;
    return this.#stopped('traceback' in outcome ? outcome.traceback : []);
  }

  #stopped(traceback: readonly string[]): Outcome {
    if (this.#stopping !== 'timeout') return { kind: 'interrupted', traceback };
    return { kind: 'timeout', after: this.#parts.cell.timeout ?? 0, restarted: this.#phase === 'reviving' };
  }

  async #answer({ header, content }: KernelMessage): Promise<void> {
    const { cell, link, report } = this.#parts;
    const prompt = String(content.prompt ?? '');
    const password = content.password === true;
    void report({ type: 'input', prompt, password });
    const value = await (cell.answer?.(prompt, password, this.#inputs.signal).catch(() => null) ?? null);
    if (this.#inputs.signal.aborted) return;
    // ipykernel takes this character as the end of input and raises EOFError.
    const reply = { value: value ?? '\x04', status: 'ok' };
    link.send({ channel: 'stdin', type: 'input_reply', content: reply, parent: header });
  }

  #stop(why: 'timeout' | 'interrupt'): void {
    if (this.#over || this.#stopping) return;
    this.#stopping = why;
    this.#inputs.abort();
    // A cell that still waits behind somebody else's must not stop theirs.
    if (this.#phase === 'queued') this.#withdraw();
    else void this.#interrupt();
  }

  /** Takes the cell out of the kernel's queue: the control channel is read while another cell runs. */
  #withdraw(): void {
    this.#ids.withdrawal = this.#requests.withdraw(this.#ids.cell);
    this.#timers.later(WITHDRAW_GRACE, () => {
      if (this.#phase !== 'queued') return;
      const text = 'the code is still in the queue of the busy kernel and will run when its turn comes';
      const hint =
        '`lecoder-cgpu kernel interrupt` stops it when it runs; `lecoder-cgpu kernel restart` empties the queue';
      void this.#parts.report({ type: 'warning', text, hint });
      this.#end(this.#stopped([]));
    });
  }

  async #interrupt(): Promise<void> {
    const reached = await this.#parts.control.interrupt().catch(() => false);
    if (this.#over || this.#stopping !== 'timeout') return;
    this.#timers.later(reached ? INTERRUPT_GRACE : 0, () => void this.#restart());
  }

  async #restart(): Promise<void> {
    this.#phase = 'reviving';
    await this.#parts.control.restart().catch(() => false);
    this.#end(this.#stopped([]));
  }

  #takeStatus(state: string): void {
    if (this.#phase === 'reviving' || this.#known) return;
    if (state === 'dead') this.#end({ kind: 'died', reason: 'the kernel is dead', outOfMemory: false });
    if (state === 'restarting' || state === 'autorestarting') this.#died();
  }

  /** The server has started the kernel again: ask the new one whether memory was the reason. */
  #died(): void {
    this.#phase = 'reviving';
    this.#inputs.abort();
    this.#timers.clear();
    this.#askAboutMemory();
    this.#timers.later(REVIVAL_GRACE, () => this.#end(death(null, null)));
  }

  /** Again and again: a question may still reach the old kernel and go down with it. */
  #askAboutMemory(): void {
    this.#ids.question = this.#requests.ask({ oom: REPORT });
    this.#timers.later(ASK_AGAIN, () => this.#askAboutMemory());
  }

  #linkChanged(state: LinkState): void {
    const { report } = this.#parts;
    if (state.state === 'lost') this.#linkLost(state.error);
    else if (state.state === 'reconnecting') {
      this.#count.broke();
      void report({ type: 'reconnecting', attempt: state.attempt, reason: state.reason });
    } else {
      void report({ type: 'reconnected' });
      this.#count.cameBack();
      this.#ask();
    }
  }

  #linkLost(error: Error): void {
    if (error instanceof SocketRefused && error.status === 404) {
      this.#end({ kind: 'died', reason: 'the server no longer has the kernel', outOfMemory: false });
    } else if (error instanceof Failure) this.#fail(error);
    else
      this.#fail(
        new Failure('webSocketError', 'lost the connection to the kernel', { details: error.message, cause: error }),
      );
  }

  /** The shell channel is a queue: whatever of ours was before this question has happened when it is answered. */
  #ask(): void {
    if (this.#over || this.#phase === 'reviving') return;
    this.#ids.question = this.#requests.ask({ ending: endingOf(this.#ids.cell), oom: REPORT });
  }

  #takeAnswer(message: KernelMessage): void {
    const { header, content } = message;
    if (header.msg_type !== 'execute_reply') return;
    if (this.#phase === 'reviving') this.#end(death(this.#killsBefore, memoryKills(content)));
    else if (content.status === 'aborted') this.#ask();
    else this.#timers.later(REPLAY_GRACE, () => this.#settle(message));
  }

  #settle(answer: KernelMessage): void {
    const ending = this.#reply ? outcomeOfReply(this.#reply) : this.#endingIn(answer);
    if (ending === 'cannot say') {
      this.#fail(new Failure('webSocketError', 'the connection broke, and the kernel cannot say whether the code ran'));
    } else if (ending !== 'never ran') {
      void this.#parts.report({
        type: 'truncated',
        reason: 'output made while the connection was down may be missing',
      });
      this.#end(this.#judge(ending));
    } else if (this.#stopping) this.#end(this.#stopped([]));
    // The request itself was lost with the connection: nothing has run, so it is safe to ask again.
    else this.#submit();
  }

  /** A kernel that was started again remembers nothing of the cell, and that does not mean that it never ran. */
  #endingIn({ header: { session }, content }: KernelMessage): ReturnType<typeof rememberedEnding> {
    const ending = rememberedEnding(content);
    if (ending !== 'never ran' || this.#kernelSession === '') return ending;
    if (session !== this.#kernelSession) return death(this.#killsBefore, memoryKills(content));
    return this.#trusted === null || this.#trusted === session ? ending : 'cannot say';
  }

  #end(outcome: Outcome): void {
    if (this.#phase === 'ended') return;
    if (outcome.kind !== 'died') this.#requests.leave();
    this.#cleanUp();
    this.#result.resolve({ outcome: this.#known ?? outcome, executionCount: this.#executionCount });
  }

  #fail(failure: Failure): void {
    if (this.#known) this.#end(this.#known);
    if (this.#phase === 'ended') return;
    this.#cleanUp();
    this.#result.reject(failure);
  }

  #cleanUp(): void {
    this.#phase = 'ended';
    this.#inputs.abort();
    this.#timers.clear();
    for (const undo of this.#undo) undo();
  }
}
