import type { AnyCommand } from '../core/command.ts';
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';

/** Turns what happens into text on the two streams. */
export interface Printer {
  /** A promise means that the reader is behind. */
  event(event: Event): void | Promise<void>;
  /** The result of a command that ran to its end; called once, instead of `failure`. */
  answer(output: object, command: Pick<AnyCommand, 'view' | 'payload'>): Promise<void>;
  failure(failure: Failure): Promise<void>;
}
