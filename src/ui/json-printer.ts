import type { AnyCommand } from '../core/command.ts';
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Envelope } from './envelope.ts';
import { forwardingText } from './forwarding-text.ts';
import type { Printer } from './printer.ts';

type Written = void | Promise<void>;

/** One JSON object on stdout at the end. What people should know meanwhile still goes to stderr. */
export class JsonPrinter implements Printer {
  readonly #host: Host;
  readonly #envelope: Envelope;
  readonly #people: Printer;

  constructor(host: Host, envelope: Envelope, people: Printer) {
    this.#host = host;
    this.#envelope = envelope;
    this.#people = people;
  }

  event(event: Event): Written {
    switch (event.type) {
      case 'warning':
        this.#envelope.warnings.push(event.text);
        return this.#people.event(event);
      case 'truncated':
        this.#envelope.warnings.push(`output was lost: ${event.reason}`);
        return this.#people.event(event);
      case 'note':
      case 'step':
      case 'progress':
      case 'cell':
      case 'queued':
      case 'reconnecting':
      case 'reconnected':
        return this.#people.event(event);
      case 'listening':
        return this.#people.event({ type: 'note', text: forwardingText(event) });
      case 'started':
      case 'output':
      case 'display':
      case 'result':
      case 'clear':
      case 'input':
      case 'error':
        return;
      default:
        return event satisfies never;
    }
  }

  async answer(output: object, command: Pick<AnyCommand, 'payload'>): Promise<void> {
    await writeLine(this.#host, this.#envelope.answer(output, command));
  }

  async failure(failure: Failure): Promise<void> {
    await writeLine(this.#host, this.#envelope.failure(failure));
  }
}

/** Writes a value as one line of JSON. */
export function writeLine(host: Host, value: object): Written {
  if (!host.stdout.write(`${JSON.stringify(value)}\n`)) return host.stdout.drained();
}
