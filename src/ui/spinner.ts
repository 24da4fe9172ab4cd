import ora from 'ora';
import type { HostOutput } from '../core/host.ts';

export interface Spinner {
  text(text: string): void;
  clear(): void;
  stop(): void;
}

/** A spinner on a terminal. Import this file only when one is to be shown. */
export function startSpinner(output: HostOutput, text: string): Spinner {
  const spinner = ora({
    text,
    stream: terminalStream(output),
    isEnabled: true,
    discardStdin: false,
    hideCursor: false,
  }).start();
  return {
    text: next => {
      spinner.text = next;
    },
    clear: () => void spinner.clear(),
    stop: () => void spinner.stop(),
  };
}

/** The part of a terminal stream that the spinner uses, over our own output. */
function terminalStream(output: HostOutput): NodeJS.WriteStream {
  const stream = {
    isTTY: true,
    get columns() {
      return output.columns;
    },
    write: (chunk: string) => output.write(chunk),
    clearLine: (direction: -1 | 0 | 1) => output.write(`\u001b[${direction === 0 ? 2 : direction < 0 ? 1 : 0}K`),
    cursorTo: (column: number) => output.write(`\u001b[${column + 1}G`),
    moveCursor: (_columns: number, rows: number) =>
      rows === 0 || output.write(`\u001b[${Math.abs(rows)}${rows < 0 ? 'A' : 'B'}`),
    on: () => stream,
    once: () => stream,
    off: () => stream,
    removeListener: () => stream,
    listenerCount: () => 0,
    getColorDepth: () => 4,
    hasColors: () => true,
  };
  return stream as unknown as NodeJS.WriteStream;
}
