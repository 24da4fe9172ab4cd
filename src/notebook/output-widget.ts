import type { KernelMessage } from '../core/execution.ts';
import type { CellOutput } from '../core/notebook-document.ts';
import { outputOf } from './message-output.ts';

/** What an `Output` widget of ipywidgets catches: a front end has to do this, the kernel only says for which cell. */
export class OutputWidget {
  readonly #tell: (outputs: readonly CellOutput[]) => void;
  #outputs: readonly CellOutput[];
  #clearFirst = false;
  /** The request whose output it catches at the moment. */
  catching: string | null = null;

  /** `tell` takes what the widget then shows. */
  constructor(outputs: unknown, tell: (outputs: readonly CellOutput[]) => void) {
    this.#outputs = Array.isArray(outputs) ? outputs : [];
    this.#tell = tell;
  }

  take(message: KernelMessage): void {
    if (message.header.msg_type === 'clear_output') {
      this.#clearFirst = message.content.wait === true;
      if (!this.#clearFirst) this.#show([]);
      return;
    }
    const output = outputOf(message);
    if (output === null || message.header.msg_type === 'update_display_data') return;
    const before = this.#clearFirst ? [] : this.#outputs;
    this.#clearFirst = false;
    const last = before.at(-1);
    const goesOn =
      last?.output_type === 'stream' && output.output_type === 'stream' && last.name === output.name
        ? { ...last, text: last.text + output.text }
        : null;
    this.#show(goesOn ? [...before.slice(0, -1), goesOn] : [...before, output]);
  }

  #show(outputs: readonly CellOutput[]): void {
    this.#outputs = outputs;
    this.#tell(outputs);
  }
}
