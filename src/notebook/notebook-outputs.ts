import type { JsonObject } from '../core/events.ts';
import type { KernelMessage } from '../core/execution.ts';
import type { CellOutput } from '../core/notebook-document.ts';
import { CellRecord } from './cell-record.ts';
import { displayIdOf, outputOf } from './message-output.ts';
import { type SendComm, WidgetStates } from './widget-states.ts';

/** What comes of the cells of one notebook, told by the messages of the kernel. */
export class NotebookOutputs {
  readonly #records = new Map<number, CellRecord>();
  /** Which cell a request runs. Threads and tasks of a cell may write long after its end. */
  readonly #requests = new Map<string, number>();
  readonly #widgets: WidgetStates;
  /** Cells with news since they were last looked at. */
  readonly #changed = new Set<number>();

  constructor(send: SendComm) {
    this.#widgets = new WidgetStates(send);
  }

  /** The next messages of that request are the cell's. Asked again, a cell begins anew. */
  begin(cell: number, request: string): void {
    this.#requests.set(request, cell);
    this.#records.set(cell, new CellRecord());
    this.#changed.add(cell);
  }

  /** An output that the kernel did not send. */
  add(cell: number, output: CellOutput): void {
    const record = this.#records.get(cell) ?? new CellRecord();
    this.#records.set(cell, record);
    record.outputs.add(output);
    this.#changed.add(cell);
  }

  record(cell: number): CellRecord | null {
    return this.#records.get(cell) ?? null;
  }

  /** True when there is something new to keep. */
  take(message: KernelMessage): boolean {
    if (message.channel === 'iopub' && this.#widgets.takeComm(message)) return true;
    const cell = this.#requests.get(message.parent_header.msg_id ?? '');
    if (cell === undefined) return false;
    const id = displayIdOf(message);
    const news = id === null ? null : outputOf(message);
    if (id !== null && news !== null)
      for (const [other, record] of this.#records) if (record.outputs.update(id, news)) this.#changed.add(other);
    const ours = message.header.msg_type === 'clear_output' || outputOf(message) !== null;
    if (ours && this.#widgets.takeOutput(message)) return true;
    this.#records.get(cell)?.take(message);
    this.#changed.add(cell);
    return true;
  }

  /** The cells that have changed since this was asked last. */
  takeChanged(): number[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  widgets(): JsonObject | null {
    return this.#widgets.metadata();
  }
}
