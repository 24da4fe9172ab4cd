import type { KernelMessage } from '../core/execution.ts';
import type { CellOutput } from '../core/notebook-document.ts';
import { displayIdOf, outputOf } from './message-output.ts';
import { StreamText } from './stream-text.ts';

type Stream = { readonly kind: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: StreamText };
type Whole = { readonly kind: 'whole'; output: CellOutput; readonly displayId: string | null };

/** Folds the messages of one cell into its outputs, as a notebook shows them in the end. */
export class CellOutputs {
  #items: (Stream | Whole)[] = [];
  #clearFirst = false;

  take(message: KernelMessage): void {
    if (message.header.msg_type === 'clear_output') this.#clear(message.content.wait === true);
    const output = outputOf(message);
    if (output === null || message.header.msg_type === 'update_display_data') return;
    if (this.#clearFirst) this.#clear(false);
    this.add(output, displayIdOf(message));
  }

  add(output: CellOutput, displayId: string | null = null): void {
    if (output.output_type !== 'stream') {
      this.#items.push({ kind: 'whole', output, displayId });
      return;
    }
    const last = this.#items.at(-1);
    const stream: Stream =
      last?.kind === 'stream' && last.name === output.name
        ? last
        : { kind: 'stream', name: output.name, text: new StreamText() };
    if (stream !== last) this.#items.push(stream);
    stream.text.add(output.text);
  }

  /** What is shown under that id gets the new data. True when there was any. */
  update(displayId: string, news: CellOutput): boolean {
    if (!('data' in news)) return false;
    let found = false;
    for (const item of this.#items) {
      if (item.kind !== 'whole' || item.displayId !== displayId || !('data' in item.output)) continue;
      item.output = { ...item.output, data: news.data, metadata: news.metadata };
      found = true;
    }
    return found;
  }

  /** As they are now; an empty stream is no output. */
  list(): CellOutput[] {
    return this.#items.flatMap((item): CellOutput[] => {
      if (item.kind === 'whole') return [item.output];
      const { text } = item.text;
      return text === '' ? [] : [{ output_type: 'stream', name: item.name, text }];
    });
  }

  #clear(wait: boolean): void {
    this.#clearFirst = wait;
    if (!wait) this.#items = [];
  }
}
