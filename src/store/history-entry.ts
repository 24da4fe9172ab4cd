import type { HistoryEntry } from '../core/history.ts';
import type { ErrorReport } from '../core/run-report.ts';
import { shorten } from '../util/shorten.ts';
import { isRecord } from './json-file.ts';

const LARGEST_PAYLOAD = 4096;
const MOST_DISPLAYS = 50;
const MOST_TRACEBACK_LINES = 200;

/** The entry as it is kept: long texts have head and tail left, large display data their size. `truncated` says so. */
export function forStorage(entry: HistoryEntry): HistoryEntry {
  let cut = false;
  const text = (whole: string) => {
    const { text: kept, shortened } = shorten(whole);
    cut ||= shortened;
    return kept;
  };
  const { stdout_base64: _out, stderr_base64: _err, ...rest } = entry;
  const kept = {
    ...rest,
    stdout: text(entry.stdout),
    stderr: text(entry.stderr),
    result: entry.result === null ? null : text(entry.result),
    ...(entry.code === undefined ? {} : { code: shorten(entry.code).text }),
    ...(entry.command === undefined ? {} : { command: shorten(entry.command).text }),
    ...(entry.error === undefined ? {} : { error: smallError(entry.error) }),
    display_data: entry.display_data
      .slice(0, MOST_DISPLAYS)
      .map(({ data, metadata }) => ({ data: smallBundle(data), metadata: smallBundle(metadata) })),
  };
  return { ...kept, truncated: entry.truncated || cut || entry.display_data.length > MOST_DISPLAYS };
}

/** Payloads over 4 KiB (images, mostly) are replaced by their size. */
function smallBundle(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([type, payload]) => {
      const size = Buffer.byteLength(typeof payload === 'string' ? payload : (JSON.stringify(payload) ?? ''));
      return [type, size > LARGEST_PAYLOAD ? `${size.toLocaleString('en-US')} bytes left out` : payload];
    }),
  );
}

function smallError(error: ErrorReport): ErrorReport {
  return {
    ...error,
    message: shorten(error.message).text,
    ...(error.details === undefined ? {} : { details: shorten(error.details).text }),
    ...(error.traceback === undefined ? {} : { traceback: shorten(error.traceback).text }),
    ...(error.traceback_lines === undefined ? {} : { traceback_lines: fewLines(error.traceback_lines) }),
  };
}

function fewLines(lines: readonly string[]): readonly string[] {
  const short = lines.map(line => (line.length > 500 ? `${line.slice(0, 500)}…` : line));
  if (short.length <= MOST_TRACEBACK_LINES) return short;
  const half = MOST_TRACEBACK_LINES / 2;
  return [...short.slice(0, half), `… ${short.length - 2 * half} lines left out …`, ...short.slice(-half)];
}

/** A line of the history; null when it holds no entry. Fields that an older writer left out are filled in. */
export function parseEntry(line: string): HistoryEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value.id !== 'string' || typeof value.timestamp !== 'string') return null;
  if (Number.isNaN(Date.parse(value.timestamp))) return null;
  const status = value.status;
  if (status !== 'ok' && status !== 'error' && status !== 'abort') return null;
  const timing = timingOf(value.timing, value.timestamp);
  return {
    ...value,
    id: value.id,
    timestamp: value.timestamp,
    status,
    success: status === 'ok',
    errorCode: numberOr(value.errorCode, status === 'ok' ? 0 : 1999),
    result: typeof value.result === 'string' ? value.result : null,
    stdout: textOr(value.stdout),
    stderr: textOr(value.stderr),
    executionTime: numberOr(value.executionTime, timing.duration / 1000),
    exitCode: numberOr(value.exitCode, status === 'ok' ? 0 : 1),
    execution_count: typeof value.execution_count === 'number' ? value.execution_count : null,
    display_data: Array.isArray(value.display_data) ? value.display_data : [],
    truncated: value.truncated === true,
    timing,
    mode: value.mode === 'kernel' ? 'kernel' : 'terminal',
    session: typeof value.session === 'string' ? value.session : null,
  };
}

function timingOf(value: unknown, timestamp: string): HistoryEntry['timing'] {
  const timing = isRecord(value) ? value : {};
  const duration = numberOr(timing.duration, numberOr(timing.duration_ms, 0));
  const started = typeof timing.startedAt === 'string' ? timing.startedAt : timestamp;
  const ended = new Date(Date.parse(timestamp) + duration).toISOString();
  return {
    startedAt: started,
    completedAt: typeof timing.completedAt === 'string' ? timing.completedAt : ended,
    duration,
    duration_ms: duration,
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
