import type { CommandContext } from '../../core/command.ts';
import type { JsonObject, Report } from '../../core/events.ts';
import type { Cell } from '../../core/execution.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { HostInput, LineEditor } from '../../core/host.ts';
import type { ReplScreen } from '../../core/repl.ts';
import { ANY_MACHINE } from '../../core/runtime.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { type Ended, startRecording } from '../run/recording.ts';
import { entry, failureEvent, type RunRequest, remember } from '../run/run-remote.ts';
import { colabAnswers } from '../sessions/colab-answers.ts';
import { holdOpen } from '../sessions/hold-open.ts';
import { CellReader } from './repl-cell.ts';
import { readReplHistory, rememberCell } from './repl-history.ts';
import { ReplKernel } from './repl-kernel.ts';
import { ReplOutput } from './repl-output.ts';

export interface ReplWish {
  readonly session: Session;
  /** Runs before the first prompt. */
  readonly startupCode: string | null;
}

/** What a person types to leave; other ways to end a program end no prompt. */
const LEAVE = /^\s*(?:exit|quit)\s*(?:\(\s*(\d*)\s*\)\s*)?;?\s*$/;
/** Ctrl-C so often, and the kernel still runs on: the next one leaves. */
const PATIENT_INTERRUPTS = 3;

/**
 * A prompt for the session's kernel, until Ctrl-D, `exit` or `quit`. Returns the status given to `exit`. Throws
 * `webSocketError`, `runtimeTerminated` and the like when the kernel cannot be reached any more.
 */
export async function repl(wish: ReplWish, screen: ReplScreen, context: CommandContext): Promise<number> {
  const { services, report, signal } = context;
  if (!services.host.stdin.lineEditor) throw new Failure('usage', 'a prompt needs a terminal');
  const letGo = holdOpen(wish.session, services, report, signal);
  const output = new ReplOutput(screen, services, report);
  const kernel = await ReplKernel.open(wish.session, { services, report: output.report, signal });
  const prompt = new Prompt({ kernel, output, screen, context, lineEditor: services.host.stdin.lineEditor });
  try {
    return await prompt.run(wish.startupCode);
  } finally {
    prompt.close();
    letGo();
    await kernel.close();
  }
}

interface PromptParts {
  readonly kernel: ReplKernel;
  readonly output: ReplOutput;
  readonly screen: ReplScreen;
  readonly context: CommandContext;
  readonly lineEditor: NonNullable<HostInput['lineEditor']>;
}

class Prompt {
  readonly #parts: PromptParts;
  #editor: LineEditor | null = null;
  #running: AbortController | null = null;
  #interrupts = 0;
  /** Ctrl-C between the line and the cell it was to be. */
  #cancelled = false;
  #left = new AbortController();
  #next = '';
  #number: number | null = null;

  constructor(parts: PromptParts) {
    this.#parts = parts;
  }

  async run(startupCode: string | null): Promise<number> {
    const { context, kernel, output, screen } = this.#parts;
    const { services, signal } = context;
    const editor = await this.#open((line, cursor) => reader.complete(line, cursor));
    const reader = new CellReader(editor, screen, () => kernel.questions);
    const stop = () => editor.close();
    signal.addEventListener('abort', stop, { once: true });
    if (startupCode !== null) await this.#run(startupCode, editor);
    else await this.#learnNumber();
    for (;;) {
      signal.throwIfAborted();
      await output.write('\n');
      const initial = this.#next;
      this.#next = '';
      this.#cancelled = false;
      const code = await reader.read(this.#number, initial);
      signal.throwIfAborted();
      if (code === null) return 0;
      if (code === '' || this.#cancelled) continue;
      // Without the empty line that ended it: whoever brings it back goes on at the end of its last line.
      editor.remember(code.trimEnd());
      await rememberCell(code.trimEnd(), services);
      const leave = LEAVE.exec(code);
      if (leave) return Number(leave[1] ?? 0);
      await this.#run(code, editor);
    }
  }

  close(): void {
    this.#editor?.close();
  }

  async #open(complete: CellReader['complete']): Promise<LineEditor> {
    const { context, lineEditor, screen } = this.#parts;
    const history = await readReplHistory(context.services);
    this.#editor = await lineEditor({
      history,
      complete,
      onInterrupt: () => this.#interrupt(),
      onReport: report => screen.answered(report),
    });
    if (screen.question !== '') this.#editor.write(screen.question);
    return this.#editor;
  }

  /** One cell, kept in the history like a `run`. Throws when there is no kernel to go on with. */
  async #run(code: string, editor: LineEditor): Promise<void> {
    const { services } = this.#parts.context;
    const { kernel, output } = this.#parts;
    const execution = services.host.uuid();
    const request = requestFor(code);
    const recording = await startRecording(request, execution, services, output.report);
    const ended = await this.#execute(this.#cell(code, editor), recording.report);
    const { run, failure } = await recording.finish(ended);
    const final = ended instanceof Failure && !canGoOn(ended);
    if (failure && !final) await output.report(failureEvent(ended, failure));
    await remember(entry(run, { execution, request, session: kernel.session }), services, output.report);
    if (final) throw ended;
    await this.#servePayloads();
    await output.settled();
    if (ended instanceof Failure) return;
    const died = ended.outcome.kind === 'died';
    if (died || ended.executionCount === null) await this.#learnNumber();
    else this.#number = ended.executionCount + 1;
  }

  async #execute(cell: Cell, report: Report): Promise<Ended> {
    const { kernel, context } = this.#parts;
    this.#running = new AbortController();
    this.#left = new AbortController();
    this.#interrupts = 0;
    const stopped = AbortSignal.any([context.signal, this.#running.signal]);
    try {
      return await this.#unlessLeft(kernel.run(cell, report, stopped));
    } catch (error) {
      if (!(error instanceof Failure) || isFailure(error, 'usage')) throw error;
      return error;
    } finally {
      this.#running = null;
    }
  }

  #cell(code: string, editor: LineEditor): Cell {
    const { services } = this.#parts.context;
    const { session } = this.#parts.kernel;
    // Whoever asks while a cell runs asks at our prompt: two readers of one terminal would share its keys.
    const atPrompt = withReadLine(services, editor);
    return {
      code,
      timeout: null,
      env: {},
      answer: services.flags.input
        ? (prompt, hidden, signal) =>
            atPrompt.host.stdin.readLine(hidden && prompt === '' ? 'Password: ' : prompt, { hidden, signal })
        : null,
      colab: colabAnswers(session, new Map(), atPrompt),
    };
  }

  /** The first Ctrl-C stops the cell, further ones say it again, and in the end one leaves. */
  #interrupt(): void {
    const running = this.#running;
    if (running === null) {
      this.#cancelled = true;
      return;
    }
    this.#interrupts += 1;
    if (this.#interrupts === 1) return void running.abort(new Failure('interrupted', 'interrupted'));
    if (this.#interrupts > PATIENT_INTERRUPTS) return void this.#left.abort();
    void this.#parts.kernel.interrupt().catch(() => false);
    if (this.#interrupts < PATIENT_INTERRUPTS) return;
    const hint = 'press Ctrl-C once more to leave; `lecoder-cgpu kernel restart` then ends what runs';
    void this.#parts.output.report({ type: 'warning', text: 'the kernel does not stop', hint });
  }

  #unlessLeft<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#left;
    return new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Failure('interrupted', 'left while the cell was running')), {
        once: true,
      });
      work.then(resolve, reject);
    });
  }

  /** Pages of help, and text for the next prompt (`%load`, `%recall`). */
  async #servePayloads(): Promise<void> {
    for (const payload of this.#parts.kernel.payloads.splice(0)) {
      if (payload.source === 'page') await this.#page(payload.data);
      if (payload.source === 'set_next_input' && typeof payload.text === 'string') this.#next = payload.text;
    }
  }

  async #page(data: unknown): Promise<void> {
    const text = (data as JsonObject | undefined)?.['text/plain'];
    if (typeof text === 'string') await this.#parts.output.write(`${text.trimEnd()}\n`);
  }

  async #learnNumber(): Promise<void> {
    const last = await this.#parts.kernel.lastCount();
    this.#number = last === null ? null : last + 1;
  }
}

/** A network that is away may come back: the next cell opens the connection anew. */
function canGoOn(failure: Failure): boolean {
  return isFailure(failure, 'connectionTimeout', 'webSocketError', 'apiUnavailable');
}

function withReadLine(services: Services, editor: LineEditor): Services {
  const { stdin } = services.host;
  const readLine: HostInput['readLine'] = (prompt, options) => editor.ask(prompt, options);
  const asked: HostInput = {
    isTerminal: true,
    chunks: signal => stdin.chunks(signal),
    rawMode: () => stdin.rawMode(),
    readLine,
  };
  return { ...services, host: { ...services.host, stdin: asked } };
}

function requestFor(code: string): RunRequest {
  return {
    mode: 'kernel',
    code,
    timeout: null,
    env: {},
    secrets: new Map(),
    session: { runtime: ANY_MACHINE, name: null },
    folder: null,
    terminal: false,
    forwardInput: false,
    maxOutput: null,
    outputDir: null,
    receipt: false,
  };
}
