import type { KernelMessage } from '../core/execution.ts';
import type { CodeCell } from '../core/notebook-document.ts';
import { CellOutputs } from './cell-outputs.ts';

/** One execution of a cell, as far as it has come. */
export class CellRecord {
  readonly outputs = new CellOutputs();
  readonly #timing: Record<string, string> = {};
  #count: number | null = null;
  /** The name of the exception that ended it; null before its end, and when there was none. */
  exception: string | null = null;

  take(message: KernelMessage): void {
    const { header, content } = message;
    if (typeof content.execution_count === 'number') this.#count = content.execution_count;
    if (header.msg_type === 'execute_reply') {
      this.#note('shell.execute_reply', header.date);
      if (content.status === 'error') this.exception = String(content.ename ?? '');
    } else if (header.msg_type === 'execute_input') this.#note('iopub.execute_input', header.date);
    else if (header.msg_type === 'status') this.#note(`iopub.status.${content.execution_state}`, header.date);
    else this.outputs.take(message);
  }

  /** The cell with what has come of it. */
  cell(before: CodeCell): CodeCell {
    return {
      ...before,
      metadata: { ...before.metadata, execution: { ...this.#timing } },
      execution_count: this.#count,
      outputs: this.outputs.list(),
    };
  }

  #note(what: string, date: unknown): void {
    if (typeof date === 'string') this.#timing[what] = date;
  }
}
