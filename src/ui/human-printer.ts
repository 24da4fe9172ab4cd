import type { AnyCommand, Style } from '../core/command.ts';
import type { Event, MimeBundle } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { GlobalFlags } from '../core/settings.ts';
import { cellText } from './cell-text.ts';
import { forwardingText } from './forwarding-text.ts';
import { plainText } from './mime-text.ts';
import type { Printer } from './printer.ts';
import { ProgressLine } from './progress-line.ts';
import { Steps } from './steps.ts';
import { StreamWriter } from './stream-writer.ts';
import { styleFor } from './style.ts';
import { stripAnsi } from './text-width.ts';

type Written = void | Promise<void>;

const CLEAR_LINE = '\u001b[2K\r';

/** For people: remote output and results on stdout, everything else on stderr. */
export async function humanPrinter(host: Host, flags: Pick<GlobalFlags, 'color' | 'quiet'>): Promise<HumanPrinter> {
  const [out, err] = await Promise.all([
    styleFor(host.stdout, host.env, flags.color),
    styleFor(host.stderr, host.env, flags.color),
  ]);
  return new HumanPrinter(host, { out, err, quiet: flags.quiet });
}

interface HumanOptions {
  readonly out: Style;
  readonly err: Style;
  readonly quiet: boolean;
}

export class HumanPrinter implements Printer {
  readonly #out: StreamWriter;
  readonly #err: StreamWriter;
  readonly #options: HumanOptions;
  readonly #steps: Steps;
  readonly #progress: ProgressLine;
  #clearFirst = false;

  constructor(host: Host, options: HumanOptions) {
    this.#options = options;
    this.#out = new StreamWriter(host.stdout);
    this.#err = new StreamWriter(host.stderr);
    this.#steps = new Steps(host.stderr, text => this.#aside(this.#style.dim(text)));
    this.#progress = new ProgressLine(host.stderr);
  }

  get #style(): Style {
    return this.#options.err;
  }

  event(event: Event): Written {
    if (event.type === 'step') return this.#steps.step(event);
    this.#steps.makeRoom();
    if (event.type === 'progress') return this.#progress.show(event);
    this.#progress.clear();
    switch (event.type) {
      case 'output':
        return event.stream === 'stdout' ? this.#stdout(event.data) : this.#err.write(event.data);
      case 'result':
        return this.#bundle(event.data);
      case 'display':
        return this.#bundle(event.data);
      case 'clear':
        return this.#clear(event.wait);
      case 'cell':
        return this.#cell(event);
      case 'note':
        return this.#aside(this.#style.dim(event.text));
      case 'warning':
        return this.#warning(event.text, event.hint);
      case 'error':
        return this.#remoteError(event);
      case 'queued':
        return this.#aside(this.#style.dim('the kernel is busy; waiting for its turn'));
      case 'reconnecting':
        return this.#aside(
          this.#style.dim(`connection lost (${event.reason}); reconnecting, attempt ${event.attempt}`),
        );
      case 'reconnected':
        return this.#aside(this.#style.dim('reconnected'));
      case 'listening':
        return this.#stdout(`${forwardingText(event)}\n`);
      case 'truncated':
        return this.#warning(`output was lost: ${event.reason}`);
      case 'started':
      case 'input':
        return;
      default:
        return unknownEvent(event);
    }
  }

  async answer(output: object, command: Pick<AnyCommand, 'view'>): Promise<void> {
    this.#steps.end();
    this.#progress.clear();
    const text: string = command.view(output, this.#options.out);
    if (text !== '') await this.#out.line(text);
  }

  async failure(failure: Failure): Promise<void> {
    this.#steps.end();
    this.#progress.clear();
    const style = this.#style;
    const { facts, spec } = failure;
    if (failure.kind === 'interrupted') return this.#aside(style.dim(failure.message));
    const lines = [`${style.red('error:')} ${failure.message}`];
    if (facts.details !== undefined) lines.push(style.dim(facts.details));
    for (const machine of facts.billing ?? []) lines.push(`${style.yellow('still running:')} ${machine}`);
    const hints = facts.hints ?? (failure.kind === 'usage' ? [] : [facts.suggestion ?? spec.recovery]);
    for (const hint of hints) lines.push(this.#hint(hint));
    await this.#aside(lines.join('\n'));
  }

  #cell(event: Extract<Event, { type: 'cell' }>): Written {
    const text = cellText(event);
    if (text !== null) return this.#aside(event.status === 'error' ? this.#style.red(text) : this.#style.dim(text));
  }

  #stdout(data: string | Uint8Array): Written {
    if (this.#options.quiet) return;
    if (!this.#clearFirst) return this.#out.write(data);
    this.#clearFirst = false;
    this.#out.write(CLEAR_LINE);
    return this.#out.write(data);
  }

  #bundle(bundle: MimeBundle): Written {
    const text = plainText(bundle);
    if (text === null) return this.#aside(this.#style.dim(`[${Object.keys(bundle).join(', ')}]`));
    return this.#stdout(`${this.#out.atLineStart ? '' : '\n'}${text}\n`);
  }

  #clear(wait: boolean): Written {
    if (this.#options.quiet || !this.#out.output.isTerminal) return;
    if (wait) this.#clearFirst = true;
    else return this.#out.write(CLEAR_LINE);
  }

  #warning(text: string, hint?: string): Written {
    const line = `${this.#style.yellow('warning:')} ${text}`;
    return this.#aside(hint === undefined ? line : `${line}\n${this.#hint(hint)}`);
  }

  #remoteError(event: Extract<Event, { type: 'error' }>): Written {
    const style = this.#style;
    const coloured = style.red('x') !== 'x';
    const traceback = event.traceback.join('\n');
    const lines = [
      traceback === '' ? `${style.red('error:')} ${event.message}` : coloured ? traceback : stripAnsi(traceback),
    ];
    for (const hint of event.hints) lines.push(this.#hint(hint));
    return this.#aside(lines.join('\n'));
  }

  #hint(text: string): string {
    return `${this.#style.cyan('hint:')} ${text}`;
  }

  /** A line on stderr; when both streams are the same terminal it does not begin in the middle of remote output. */
  #aside(text: string): Written {
    const sameScreen = this.#out.output.isTerminal && this.#err.output.isTerminal;
    if (sameScreen && !this.#out.atLineStart) this.#out.write('\n');
    return this.#err.line(text);
  }
}

function unknownEvent(event: never): never {
  throw new Failure('unknown', `an event of an unknown kind: ${JSON.stringify(event)}`);
}
