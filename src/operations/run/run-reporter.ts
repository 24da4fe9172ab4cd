import { stripVTControlCharacters } from 'node:util';
import type { Event, MimeBundle, Report } from '../../core/events.ts';
import type { Failure } from '../../core/failure.ts';
import type { GlobalFlags } from '../../core/settings.ts';

/** Where a run stands among others. */
export interface RunPlace {
  /** From 1. */
  readonly number: number;
  readonly total: number;
  /** No other runs beside it, so its lines need no name. */
  readonly alone: boolean;
}

/** What a run of several says while it goes on. */
export interface RunReporter {
  readonly report: Report;
  begin(): Promise<void>;
  /** It ended by a failure of ours. */
  failed(failure: Failure): Promise<void>;
  /** Says the rest of a line without an end. */
  end(): Promise<void>;
}

/**
 * One after the other, runs are announced and speak as if alone. At once, each of their lines begins with the run's name,
 * and a line is said when it is whole. With `--json-lines` events carry the name as `run`.
 */
export function runReporter(
  name: string,
  place: RunPlace,
  report: Report,
  flags: Pick<GlobalFlags, 'json' | 'jsonLines'>,
): RunReporter {
  const said = async (event: Event): Promise<void> => void (await report(event));
  const announce = () => said({ type: 'note', text: `[${place.number}/${place.total}] ${name}` });
  const failed = (failure: Failure) =>
    said({ type: 'warning', text: `${name}: ${failure.message}`, ...hintOf(failure) });
  const tagged = (event: Event) => report(Object.assign({}, event, { run: name }));
  if (flags.jsonLines) return { report: tagged, begin: announce, failed, end: async () => {} };
  if (place.alone) return { report, begin: announce, failed, end: async () => {} };
  const lines = new NamedLines(name, report);
  return { report: event => lines.take(event), begin: announce, failed, end: () => lines.end() };
}

function hintOf({ facts }: Failure): { hint?: string } {
  const hint = facts.hints?.[0];
  return hint === undefined ? {} : { hint };
}

class NamedLines {
  readonly #name: string;
  readonly #report: Report;
  readonly #rest = { stdout: '', stderr: '' };
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };

  constructor(name: string, report: Report) {
    this.#name = name;
    this.#report = report;
  }

  take(event: Event): void | Promise<void> {
    switch (event.type) {
      case 'output':
        return this.#output(event.stream, event.data);
      case 'display':
      case 'result':
        return this.#lines('stdout', `${shown(event.data)}\n`);
      case 'error':
        return this.#lines('stderr', `${stripVTControlCharacters(event.traceback.join('\n') || event.message)}\n`);
      case 'note':
      case 'warning':
        return this.#report({ ...event, text: `${this.#name}: ${event.text}` });
      case 'step':
        return this.#report({ ...event, id: `${this.#name} ${event.id}`, text: `${this.#name}: ${event.text}` });
      case 'cell':
        return this.#report({ ...event, run: this.#name });
      case 'clear':
      case 'started':
        return;
      default:
        return this.#report(event);
    }
  }

  async end(): Promise<void> {
    for (const stream of ['stdout', 'stderr'] as const) if (this.#rest[stream] !== '') await this.#lines(stream, '\n');
  }

  #output(stream: 'stdout' | 'stderr', data: string | Uint8Array): void | Promise<void> {
    const text = typeof data === 'string' ? data : this.#decoders[stream].decode(data, { stream: true });
    return this.#lines(stream, text);
  }

  /** Of a progress bar the last state of the line is said. */
  #lines(stream: 'stdout' | 'stderr', text: string): void | Promise<void> {
    const lines = (this.#rest[stream] + text).split('\n');
    this.#rest[stream] = (lines.pop() ?? '').slice(-LONGEST);
    if (lines.length === 0) return;
    const whole = lines.map(line => `[${this.#name}] ${line.replace(/\r+$/, '').replace(/^.*\r/s, '')}\n`);
    return this.#report({ type: 'output', stream, data: whole.join('') });
  }
}

/** Characters of a line without an end that are kept until it has one. */
const LONGEST = 65_536;

function shown(data: MimeBundle): string {
  const text = data['text/plain'];
  if (typeof text === 'string') return text;
  return Array.isArray(text) ? text.join('') : `[${Object.keys(data).join(', ')}]`;
}
