import type { Event } from '../core/events.ts';
import type { HostOutput } from '../core/host.ts';
import type { Spinner } from './spinner.ts';

type Step = Extract<Event, { type: 'step' }>;

/** Longer steps of ours: a spinner on a terminal, a plain line elsewhere. */
export class Steps {
  readonly #output: HostOutput;
  readonly #line: (text: string) => void | Promise<void>;
  readonly #running = new Map<string, string>();
  #spinner: Spinner | null = null;
  #loading = false;

  constructor(output: HostOutput, line: (text: string) => void | Promise<void>) {
    this.#output = output;
    this.#line = line;
  }

  step(step: Step): void | Promise<void> {
    if (step.done) this.#running.delete(step.id);
    else this.#running.set(step.id, step.text);
    if (!this.#output.isTerminal) return step.done ? undefined : this.#line(step.text);
    if (this.#running.size === 0) return this.end();
    if (this.#spinner !== null) this.#spinner.text(this.#current());
    else if (!this.#loading) void this.#load();
  }

  /** Something else is about to be written. */
  makeRoom(): void {
    this.#spinner?.clear();
  }

  end(): void {
    this.#running.clear();
    this.#spinner?.stop();
    this.#spinner = null;
  }

  async #load(): Promise<void> {
    this.#loading = true;
    const { startSpinner } = await import('./spinner.ts');
    this.#loading = false;
    if (this.#running.size > 0) this.#spinner = startSpinner(this.#output, this.#current());
  }

  #current(): string {
    return [...this.#running.values()].at(-1) ?? '';
  }
}
