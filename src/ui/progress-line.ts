import type { Event } from '../core/events.ts';
import type { HostOutput } from '../core/host.ts';
import { bytesText } from '../util/bytes-text.ts';
import { durationText } from '../util/time.ts';
import { fitText } from './text-width.ts';

type Progress = Extract<Event, { type: 'progress' }>;

const CLEAR_LINE = '\u001b[2K\r';

/** One line on a terminal, drawn anew each time; silence elsewhere. */
export class ProgressLine {
  readonly #output: HostOutput;
  #drawn = false;

  constructor(output: HostOutput) {
    this.#output = output;
  }

  show(progress: Progress): void {
    if (!this.#output.isTerminal) return;
    this.#drawn = true;
    this.#output.write(`${CLEAR_LINE}${progressText(progress, this.#output.columns - 1)}`);
  }

  /** Something else is about to be written. */
  clear(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    this.#output.write(CLEAR_LINE);
  }
}

/** As much as fits; the name goes first. */
export function progressText({ name, bytes, total, rate, eta }: Progress, width: number): string {
  const share = total === null || total === 0 ? null : `${Math.floor((100 * bytes) / total)}%`;
  const amount = total === null ? bytesText(bytes) : `${bytesText(bytes)} of ${bytesText(total)}`;
  const facts = [
    share,
    amount,
    rate === null ? null : `${bytesText(rate)}/s`,
    eta === null || eta === 0 ? null : `${durationText(1000 * eta)} left`,
  ].filter(fact => fact !== null);
  const text = facts.join('  ');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name may hold them, and the terminal must not obey it
  const plain = name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  const room = width - text.length - 2;
  return room < 8 ? text.slice(0, Math.max(0, width)) : `${fitText(plain, room)}  ${text}`;
}
