import type { LogLevel } from './settings.ts';

/** The debug log: lines of JSON under `state/logs/`, never on stdout, never with a secret. */
export interface Log {
  write(level: LogLevel, category: LogCategory, message: string, data?: Readonly<Record<string, unknown>>): void;
}

export type LogCategory = 'cli' | 'api' | 'session' | 'runtime' | 'kernel' | 'shell';

/** One line of the debug log. */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly category: LogCategory;
  readonly message: string;
  readonly pid: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface LogFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601: when it was last written to. */
  readonly modified: string;
}

/** The debug log's files, for reading. Lines that do not parse are skipped. */
export interface LogFiles {
  /** Newest first. */
  list(): readonly LogFile[];
  /** Newest first, over all files. */
  newest(): Iterable<LogLine>;
  /** Lines written from now on, until the signal (it then returns). */
  follow(signal: AbortSignal): AsyncIterable<LogLine>;
}
