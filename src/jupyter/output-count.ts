import type { KernelMessage } from '../core/execution.ts';
import type { CellRequests } from './cell-requests.ts';
import type { Timers } from './timers.ts';

/** Milliseconds. A kernel that was never prepared does not answer. */
const ANSWER_GRACE = 2000;
/** The answer travels on another channel than what it counts. */
const LATE_GRACE = 500;
/** What is counted, on both sides: see `kernel_setup.py`. */
const OUTPUT = new Set(['stream', 'display_data', 'update_display_data', 'execute_result', 'clear_output']);

/**
 * Whether a cell's output is complete although its connection broke: the kernel counts the pieces it sends for a
 * request, we count those that arrive. (Their ids are numbered too, but some numbers are never sent and some go to others.)
 */
export class OutputCount {
  readonly #requests: CellRequests;
  readonly #timers: Timers;
  #cell = '';
  #question = '';
  /** By what their ids begin with: forked processes of the kernel have ids of their own, and are not counted there. */
  readonly #arrived = new Map<string, number>();
  #broke = false;
  #tell: ((lost: boolean) => void) | null = null;

  constructor(requests: CellRequests, timers: Timers) {
    this.#requests = requests;
    this.#timers = timers;
  }

  /** Counts from here on, for that request. */
  begin(cell: string): void {
    this.#cell = cell;
    this.#arrived.clear();
    this.#broke = false;
  }

  /** What the server kept meanwhile comes with the new connection, before anybody hears that it is there: the end as well. */
  broke(): void {
    this.#broke = true;
  }

  /** The connection is there again; a question under way may have been lost with the old one. */
  cameBack(): void {
    this.#broke = true;
    if (this.#tell) this.#question = this.#requests.count(this.#cell);
  }

  /** True when the message was for us alone. */
  take({ channel, header, parent_header, content }: KernelMessage): boolean {
    const parent = parent_header.msg_id ?? '';
    if (parent !== '' && parent === this.#question && header.msg_type === 'lecoder_count_reply') {
      this.#answered(content.sent, String(content.origin));
      return true;
    }
    if (channel === 'iopub' && parent === this.#cell && OUTPUT.has(header.msg_type)) {
      const origin = header.msg_id.slice(0, header.msg_id.lastIndexOf('_'));
      this.#arrived.set(origin, (this.#arrived.get(origin) ?? 0) + 1);
    }
    return false;
  }

  /** Calls back at once when the connection never broke. `lost` is true only when it is certain. */
  whenKnown(tell: (lost: boolean) => void): void {
    if (!this.#broke) {
      tell(false);
      return;
    }
    this.#tell = tell;
    this.#question = this.#requests.count(this.#cell);
    this.#timers.later(ANSWER_GRACE, () => this.#end(false));
  }

  #answered(sent: unknown, origin: string): void {
    const isShort = () => typeof sent === 'number' && (this.#arrived.get(origin) ?? 0) < sent;
    if (isShort()) this.#timers.later(LATE_GRACE, () => this.#end(isShort()));
    else this.#end(false);
  }

  #end(lost: boolean): void {
    const tell = this.#tell;
    this.#tell = null;
    tell?.(lost);
  }
}
