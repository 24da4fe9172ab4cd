import { closeSync, fstatSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log, LogLine } from '../core/log.ts';
import { LOG_LEVELS, type LogLevel } from '../core/settings.ts';
import { redact, redactText } from '../util/redact.ts';
import { makeFolder, writeAll } from './atomic-file.ts';
import { logName, logNames } from './log-names.ts';

export interface DebugLogOptions {
  readonly folder: string;
  /** Lines less grave than this are not written. */
  readonly level: LogLevel;
  readonly pid: number;
  now(): Date;
  /** Takes each written line for the eyes of a user who asked for them; absent for none. */
  readonly echo?: (text: string) => void;
}

const LARGEST_FILE = 10 * 1024 * 1024;
const DAYS_KEPT = 7;

/**
 * The debug log: a file a UTC day under `state/logs/`, a new part when one is full, seven days kept. Each line goes out in one write, so processes
 * may share a file and nothing is lost at exit. Secrets are masked. Trouble with the log never reaches the command.
 */
export function debugLog(options: DebugLogOptions): Log {
  const limit = LOG_LEVELS.indexOf(options.level);
  let open: OpenFile | null = null;
  let broken = false;

  function store(line: LogLine): void {
    const day = line.timestamp.slice(0, 10);
    if (open === null || open.day !== day || open.size > LARGEST_FILE) {
      if (open !== null) closeSync(open.file);
      open = null;
      open = openDay(options.folder, day);
    }
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    writeAll(open.file, bytes);
    open.size += bytes.length;
  }

  return {
    write(level, category, message, data) {
      if (LOG_LEVELS.indexOf(level) > limit) return;
      const safe = data === undefined ? {} : { data: safely(data) };
      const line: LogLine = {
        timestamp: options.now().toISOString(),
        level,
        category,
        message: redactText(message),
        pid: options.pid,
        ...safe,
      };
      options.echo?.(echoText(line));
      if (broken) return;
      try {
        store(line);
      } catch {
        broken = true;
      }
    },
  };
}

interface OpenFile {
  readonly file: number;
  readonly day: string;
  size: number;
}

/** Opens the day's last part that has room. The first file of a day is when old days are thrown away. */
function openDay(folder: string, day: string): OpenFile {
  makeFolder(folder);
  const last = logNames(folder).findLast(name => name.day === day)?.part ?? 0;
  if (last === 0)
    throwAwayBefore(folder, new Date(Date.parse(day) - (DAYS_KEPT - 1) * 86_400_000).toISOString().slice(0, 10));
  for (let part = Math.max(1, last); ; part++) {
    const file = openSync(join(folder, logName(day, part)), 'a', 0o600);
    const { size } = fstatSync(file);
    if (size <= LARGEST_FILE) return { file, day, size };
    closeSync(file);
  }
}

function throwAwayBefore(folder: string, day: string): void {
  for (const old of logNames(folder)) if (old.day < day) rmSync(join(folder, old.name), { force: true });
}

function safely(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return redact(data) as Record<string, unknown>;
  } catch {
    return { unreadable: true };
  }
}

function echoText({ timestamp, level, category, message, data }: LogLine): string {
  const rest = data === undefined || Object.keys(data).length === 0 ? '' : ` ${JSON.stringify(data)}`;
  return `${timestamp.slice(11, 23)} ${level} ${category}: ${message}${rest}`;
}
