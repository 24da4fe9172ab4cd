import type { HistoryEntry } from '../../../src/core/history.ts';

/** A run as the history takes it; only what matters to the test need be said. */
export function entryOf(parts: Partial<HistoryEntry> = {}): HistoryEntry {
  const timestamp = parts.timestamp ?? '2026-01-02T03:04:05.000Z';
  return {
    id: 'run-1',
    timestamp,
    mode: 'kernel',
    session: 'work',
    code: 'print(1)',
    success: true,
    status: 'ok',
    errorCode: 0,
    result: null,
    stdout: '1\n',
    stderr: '',
    executionTime: 0.5,
    exitCode: 0,
    execution_count: 1,
    display_data: [],
    truncated: false,
    timing: { startedAt: timestamp, completedAt: timestamp, duration: 500, duration_ms: 500 },
    ...parts,
  };
}
