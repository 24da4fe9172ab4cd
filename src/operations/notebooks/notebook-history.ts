import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { HistoryEntry } from '../../core/history.ts';
import type { Services } from '../../core/services.ts';

/** Milliseconds of cells that a kill may keep out of the history; the notebook itself has them. */
const EVERY = 1000;

/** Cells of a notebook on their way into the history: several at a time, and no cell waits for it. */
export class NotebookHistory {
  readonly #services: Services;
  readonly #report: Report;
  #waiting: HistoryEntry[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(services: Services, report: Report) {
    this.#services = services;
    this.#report = report;
  }

  add(entry: HistoryEntry): void {
    this.#waiting.push(entry);
    this.#timer ??= setTimeout(() => this.#write(), EVERY);
  }

  /** Resolves when all that was added is written, or has been said not to be. */
  settled(): Promise<void> {
    this.#write();
    return this.#last;
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const entries = this.#waiting.splice(0);
    if (entries.length > 0) this.#last = this.#last.then(() => this.#append(entries));
  }

  /** A history that cannot be written must not cost the result. */
  async #append(entries: readonly HistoryEntry[]): Promise<void> {
    try {
      await this.#services.history.append(...entries);
    } catch (error) {
      const why = error instanceof Failure ? error.message : String(error);
      await this.#report({ type: 'warning', text: `cells of this run are not in the history: ${why}` });
    }
  }
}
