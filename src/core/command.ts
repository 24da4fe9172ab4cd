import type { Report } from './events.ts';
import type { Services } from './services.ts';

/**
 * A command is a function from checked input to data. It never prints, exits, reads `process` or knows what
 * `--json` is. Its words, options and help are data in `cli/command-list.ts`; this is what runs. Every module under
 * `commands/` exports one of these as `command`.
 */
export interface Command<Input, Output extends object> {
  /** Checks what the command line gave (camel-cased option names, words by their names) and fills in defaults. */
  readonly input: { parse(value: unknown): Input };
  readonly run: (input: Input, context: CommandContext) => Promise<Output>;
  /** The result for people, as text for stdout without a last newline; empty when all was streamed already. Pure. */
  readonly view: (output: Output, style: Style) => string;
  /** Exit code of an answer that is a failure (remote code that failed). Absent: 0. */
  readonly exitCode?: (output: Output, input: Input, context: CommandContext) => number;
  /** Absent: the output object is the payload at the top level of the JSON object; `data` puts it under `data`. */
  readonly payload?: 'data';
}

// biome-ignore lint/suspicious/noExplicitAny: each command checks its own input; who only passes it on need not know
export type AnyCommand = Command<any, any>;

export interface CommandContext {
  readonly services: Services;
  readonly report: Report;
  /** Aborted at the first Ctrl-C (reason: an `interrupted` failure); the second leaves at once. */
  readonly signal: AbortSignal;
}

/** Words for eyes. Each method returns its argument unchanged where colour is not wanted. */
export interface Style {
  /** Columns of the terminal; Infinity for a pipe or a file. */
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}
