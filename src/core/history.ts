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
  /** Of a notebook's cell: the notebook as it was named, and its place there from 1. */
  readonly notebook?: string;
  readonly cell?: number;
}

export interface History {
  /** Appends entries in that order, safe beside other processes, and keeps the file within its cap. */
  append(...entries: readonly HistoryEntry[]): Promise<void>;
  /** Newest first. Lines that do not parse are skipped. */
  entries(): Iterable<HistoryEntry>;
  clear(): Promise<number>;
}
