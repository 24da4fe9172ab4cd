import type { JsonObject, MimeBundle } from './events.ts';
import type { KernelLink } from './execution.ts';
import type { PaintedText } from './host.ts';

/** What a prompt asks of a kernel beside running code. A kernel that is busy answers none of it in time: null. */
export interface KernelQuestions {
  /** Offsets count UTF-16 units of `code`, as strings do here. */
  complete(code: string, cursor: number): Promise<Completion | null>;
  /** Whether the code can run as it is. */
  isComplete(code: string): Promise<Completeness | null>;
  /** The number of the cell that ran last; 0 for none. */
  lastCount(): Promise<number | null>;
  /** Calls back with what a cell of ours wants done in front of the screen, until the returned function is called. */
  onPayload(listener: (payload: JsonObject) => void): () => void;
}

export type OpenKernelQuestions = (link: KernelLink) => KernelQuestions;

/** Each of `matches` may stand in the place of the text from `start` to `end`. */
export interface Completion {
  readonly matches: readonly string[];
  readonly start: number;
  readonly end: number;
}

export interface Completeness {
  readonly status: 'complete' | 'incomplete' | 'invalid' | 'unknown';
  /** What the next line should begin with. */
  readonly indent: string;
}

/** How the prompt looks on the screen it is on. */
export interface ReplScreen {
  /** `number` null where the kernel did not say. */
  prompt(number: number | null): string;
  continuation(number: number | null): string;
  /** Stands before a result. */
  result(number: number): string;
  /** The colours of a line that stands below the given ones; null without colour. */
  readonly paint: ((above: readonly string[]) => (line: string) => readonly PaintedText[]) | null;
  /** What to ask the terminal, so that it says whether it draws; empty for nothing. */
  readonly question: string;
  /** What it answered. */
  answered(report: string): void;
  /** What draws the image of a bundle right here, or null when this terminal, or the bundle, has none to draw. */
  image(bundle: MimeBundle): string | null;
}
