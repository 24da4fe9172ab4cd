import type { RunReport } from './run-report.ts';

/** One line of `state/history.jsonl`: the run object's fields and where it came from. */
export interface HistoryEntry extends RunReport {
  readonly id: string;
  /** ISO 8601, when the run started. */
  readonly timestamp: string;
  readonly code?: string;
  readonly command?: string;
  readonly mode: 'kernel' | 'terminal';
  readonly session: string | null;
}

export interface History {
  /** Appends one entry, safe beside other processes, and keeps the file within its cap. */
  append(entry: HistoryEntry): Promise<void>;
  /** Newest first. Lines that do not parse are skipped. */
  entries(): Iterable<HistoryEntry>;
  clear(): Promise<number>;
}
