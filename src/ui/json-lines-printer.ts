import type { AnyCommand } from '../core/command.ts';
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Envelope } from './envelope.ts';
import { writeLine } from './json-printer.ts';
import type { Printer } from './printer.ts';
import { type Piece, Utf8Chunks } from './utf8-chunks.ts';

type Written = void | Promise<void>;
type Output = Extract<Event, { type: 'output' }>;

/** One event a line, then the object that `--json` prints. Raw bytes are `text` where they are UTF-8, else `base64`. */
export class JsonLinesPrinter implements Printer {
  readonly #host: Host;
  readonly #envelope: Envelope;
  readonly #chunks = { stdout: new Utf8Chunks(), stderr: new Utf8Chunks() };

  constructor(host: Host, envelope: Envelope) {
    this.#host = host;
    this.#envelope = envelope;
  }

  event(event: Event): Written {
    if (event.type === 'output') return this.#output(event, 'run' in event ? { run: event.run } : {});
    if (event.type === 'warning') this.#envelope.warnings.push(event.text);
    if (event.type === 'truncated') this.#envelope.warnings.push(`output was lost: ${event.reason}`);
    return writeLine(this.#host, event);
  }

  async answer(output: object, command: Pick<AnyCommand, 'payload'>): Promise<void> {
    await this.#rest();
    await writeLine(this.#host, this.#envelope.answer(output, command));
  }

  async failure(failure: Failure): Promise<void> {
    await this.#rest();
    await writeLine(this.#host, this.#envelope.failure(failure));
  }

  /** `run` tells several runs side by side apart. */
  #output({ stream, data }: Output, run: object): Written {
    return this.#piece(stream, typeof data === 'string' ? { text: data } : this.#chunks[stream].next(data), run);
  }

  #piece(stream: Output['stream'], piece: Piece | null, run: object = {}): Written {
    if (piece !== null) return writeLine(this.#host, { type: 'output', stream, ...piece, ...run });
  }

  async #rest(): Promise<void> {
    for (const stream of ['stdout', 'stderr'] as const) await this.#piece(stream, this.#chunks[stream].rest());
  }
}
