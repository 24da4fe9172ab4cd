import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../core/host.ts';
import type { LogFile, LogFiles, LogLine } from '../core/log.ts';
import { isRecord } from './json-file.ts';
import { linesBackwards } from './lines-backwards.ts';
import { logNames } from './log-names.ts';

const POLL_MS = 200;

/** The debug log's files for reading. A file that went away in between is left out. */
export function logFiles(host: Host, folder: string): LogFiles {
  return {
    list() {
      return logNames(folder)
        .toReversed()
        .flatMap(({ name }) => describe(join(folder, name)));
    },
    *newest() {
      for (const { name } of logNames(folder).toReversed()) {
        for (const text of linesBackwards(join(folder, name))) {
          const line = parseLine(text);
          if (line !== null) yield line;
        }
      }
    },
    follow(signal) {
      // measured now, not at the first reading: what is written in between belongs to the caller
      const read = new Map(logNames(folder).map(({ name }) => [name, sizeOf(join(folder, name))]));
      return linesAfter(host, { folder, read, signal });
    },
  };
}

interface Following {
  readonly folder: string;
  /** Bytes of each file that were read. */
  readonly read: Map<string, number>;
  readonly signal: AbortSignal;
}

async function* linesAfter(host: Host, { folder, read, signal }: Following): AsyncGenerator<LogLine> {
  while (!signal.aborted) {
    for (const { name } of logNames(folder)) {
      const { lines, end } = linesFrom(join(folder, name), read.get(name) ?? 0);
      read.set(name, end);
      yield* lines;
    }
    await host.sleep(POLL_MS, signal).catch(() => undefined);
  }
}

/** The whole lines from `start` on, and where the next reading begins: a line still being written waits for its end. */
function linesFrom(path: string, start: number): { readonly lines: readonly LogLine[]; readonly end: number } {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return { lines: [], end: start };
  }
  try {
    const data = Buffer.alloc(Math.max(0, fstatSync(file).size - start));
    const got = readSync(file, data, 0, data.length, start);
    const end = data.lastIndexOf(10, got - 1) + 1;
    const lines = data
      .subarray(0, end)
      .toString('utf8')
      .split('\n')
      .map(parseLine)
      .filter(line => line !== null);
    return { lines, end: start + end };
  } finally {
    closeSync(file);
  }
}

function parseLine(text: string): LogLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { timestamp, level, category, message } = value;
  if (![timestamp, level, category, message].every(part => typeof part === 'string')) return null;
  return value as unknown as LogLine;
}

function describe(path: string): LogFile[] {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? [] : [{ path, size: found.size, modified: found.mtime.toISOString() }];
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
