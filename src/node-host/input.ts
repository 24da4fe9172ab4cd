import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Raw bytes until the end or until the signal; reading starts with the first `next`. */
export async function* chunks(stdin: NodeJS.ReadStream, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (signal?.aborted) return;
  const stop = () => stdin.pause();
  let wake = () => {};
  const waiting: Uint8Array[] = [];
  let ended = stdin.readableEnded || stdin.destroyed;
  let failed: Error | null = null;
  const data = (chunk: Buffer) => {
    waiting.push(chunk);
    if (waiting.length >= 16) stdin.pause();
    wake();
  };
  const end = () => {
    ended = true;
    wake();
  };
  const fail = (error: Error) => {
    failed = error;
    end();
  };
  stdin.on('data', data).once('end', end).once('close', end).once('error', fail);
  signal?.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      const chunk = waiting.shift();
      if (chunk !== undefined && !signal?.aborted) {
        yield chunk;
        if (waiting.length === 0 && stdin.isPaused()) stdin.resume();
        continue;
      }
      if (failed !== null) throw failed;
      if (ended) return;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  } finally {
    stdin.off('data', data).off('end', end).off('close', end).off('error', fail);
    signal?.removeEventListener('abort', end);
    stop();
  }
}

interface LineOptions {
  readonly hidden: boolean;
  readonly signal?: AbortSignal;
}

interface LineStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  /** The terminal is in raw mode meanwhile and sends no SIGINT: the key is passed on here. */
  readonly interrupt: () => void;
}

/** One line typed at a terminal; null at the end of input. Rejects with the signal's reason when aborted. */
export function readLine(parts: LineStreams, prompt: string, { hidden, signal }: LineOptions): Promise<string | null> {
  let silent = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!silent) parts.stderr.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: parts.stdin, output, terminal: parts.stdin.isTTY === true, historySize: 0 });
  return new Promise<string | null>((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    lines.on('SIGINT', parts.interrupt);
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
    lines.setPrompt(prompt);
    lines.prompt();
    silent = hidden;
  }).finally(() => {
    // closed first: its own listener for that is what takes it off the terminal, or it would go on echoing what is typed next
    lines.close();
    lines.removeAllListeners();
    if (silent) parts.stderr.write('\n');
  });
}
