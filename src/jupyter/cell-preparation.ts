import type { KernelLink, KernelMessage } from '../core/execution.ts';
import { memoryKills } from './cell-fate.ts';
import { expressionValue } from './kernel-setup.ts';

/** Milliseconds after a cell for which the next one may trust what that one said of the kernel. */
const TRUST = 1000;

/**
 * What is known, between two cells of one link, of the kernel's preparation. A cell that follows closely on one of ours needs none,
 * as long as the same process serves the kernel: each has a session of its own, which stands in all that it sends.
 */
export class Preparation {
  #session: string | null = null;
  #kills: number | null = null;
  #trusted = false;
  #doubt: ReturnType<typeof setTimeout> | null = null;

  constructor(link: KernelLink) {
    link.onMessage(message => this.#take(message));
    // The kernel may have been started again while nobody could tell us.
    link.onState(() => this.#forget());
  }

  /** Of the kernel process that was prepared; null when that is not known. */
  get session(): string | null {
    return this.#session;
  }

  /** True when a cell sent now finds the kernel prepared. */
  get holds(): boolean {
    return this.#session !== null && this.#trusted;
  }

  /** How often the system has killed for memory, as of the end of the last cell; null when it cannot say. */
  get kills(): number | null {
    return this.#kills;
  }

  /** The reply to a preparation. */
  prepared({ header, content }: KernelMessage): void {
    if (expressionValue(content, 'apart') === true) this.#session = header.session;
    else this.#forget();
  }

  /** A cell is sent: what was known before it no longer counts. */
  sent(): void {
    this.#distrust();
  }

  /** Its reply. One that says nothing (the cell failed) proves nothing for the next. */
  replied({ header, content }: KernelMessage): void {
    if (header.session !== this.#session) {
      this.#forget();
      return;
    }
    if (expressionValue(content, 'oom') === undefined) return;
    this.#kills = memoryKills(content);
    this.#distrust();
    this.#trusted = true;
    this.#doubt = setTimeout(() => this.#distrust(), TRUST);
    this.#doubt.unref();
  }

  #take({ channel, header }: KernelMessage): void {
    const stranger = channel === 'iopub' && header.msg_type === 'status' && header.session !== this.#session;
    if (stranger || header.msg_type === 'shutdown_reply') this.#forget();
  }

  #forget(): void {
    this.#session = null;
    this.#distrust();
  }

  #distrust(): void {
    this.#trusted = false;
    if (this.#doubt !== null) clearTimeout(this.#doubt);
    this.#doubt = null;
  }
}

const known = new WeakMap<KernelLink, Preparation>();

export function preparationOf(link: KernelLink): Preparation {
  const found = known.get(link) ?? new Preparation(link);
  known.set(link, found);
  return found;
}
