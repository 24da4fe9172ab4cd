import type { JsonObject, Report } from '../../core/events.ts';
import type { Cell, Execution } from '../../core/execution.ts';
import type { KernelQuestions } from '../../core/repl.ts';
import type { CellExecutor, Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { type OpenKernel, openKernel } from '../sessions/open-kernel.ts';
import { renewing } from '../sessions/reach-server.ts';
import { touch } from '../sessions/touch-session.ts';

interface Parts {
  readonly services: Services;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** The session's kernel for as long as somebody sits at a prompt: a connection that was given up is opened anew. */
export class ReplKernel {
  readonly #parts: Parts;
  readonly #executor: CellExecutor;
  #live: OpenKernel;
  /** What cells want done in front of the screen, until somebody takes it. */
  readonly payloads: JsonObject[] = [];
  #questions: KernelQuestions | null = null;
  #lost = false;

  private constructor(live: OpenKernel, executor: CellExecutor, parts: Parts) {
    this.#live = live;
    this.#executor = executor;
    this.#parts = parts;
    this.#watch();
  }

  /** Throws what `openKernel` throws. */
  static async open(session: Session, parts: Parts): Promise<ReplKernel> {
    const { services, report, signal } = parts;
    const [live, executor] = await Promise.all([
      openKernel({ session, role: 'user' }, services, report, signal),
      services.executor(),
    ]);
    const kernel = new ReplKernel(live, executor, parts);
    await kernel.#ready();
    return kernel;
  }

  get session(): Session {
    return this.#live.session;
  }

  get questions(): KernelQuestions {
    if (this.#questions === null) throw new Error('the kernel is not open');
    return this.#questions;
  }

  /** Throws what a cell executor throws, and what opening the kernel again throws. */
  async run(cell: Cell, report: Report, signal: AbortSignal): Promise<Execution> {
    if (this.#lost) await this.#reopen();
    await report({ type: 'started', execution: '', session: this.session.name, mode: 'kernel' });
    const control = { interrupt: () => this.interrupt(), restart: () => this.#act('restart') };
    const execution = await this.#executor(this.#live.link, cell, control, report, signal);
    // The server's own connection to a kernel that came back may miss its first words; a new one is made sure of.
    if (execution.outcome.kind === 'died') this.#lost = true;
    return execution;
  }

  /** The number of the cell that ran last; null when the kernel is too busy to say. */
  async lastCount(): Promise<number | null> {
    if (this.#lost) await this.#reopen();
    return this.questions.lastCount();
  }

  interrupt(): Promise<boolean> {
    return this.#act('interrupt');
  }

  async close(): Promise<void> {
    this.#live.link.close();
    await touch(this.session, this.#parts.services);
  }

  async #act(what: 'interrupt' | 'restart'): Promise<boolean> {
    const { services } = this.#parts;
    const live = this.#live;
    const unaborted = new AbortController().signal;
    const kernels = await services.kernels();
    return renewing(live, services, unaborted, doorway => kernels[what](doorway, live.kernelId, unaborted));
  }

  async #reopen(): Promise<void> {
    const { services, report, signal } = this.#parts;
    const live = this.#live;
    live.link.close();
    this.#live = await openKernel({ session: live.session, role: 'user' }, services, report, signal);
    this.#lost = false;
    this.#watch();
    await this.#ready();
  }

  async #ready(): Promise<void> {
    this.#questions = (await this.#parts.services.kernelQuestions())(this.#live.link);
    this.#questions.onPayload(payload => this.payloads.push(payload));
  }

  #watch(): void {
    this.#live.link.onState(({ state }) => {
      if (state === 'lost') this.#lost = true;
    });
  }
}
