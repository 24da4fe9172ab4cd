import { readdirSync } from 'node:fs';

const NAME = /^lecoder-cgpu-(\d{4}-\d{2}-\d{2})(?:\.(\d+))?\.jsonl$/;

export interface LogName {
  readonly name: string;
  /** `2026-11-20`, UTC. */
  readonly day: string;
  /** Counts up from 1 within a day, as each part gets full. */
  readonly part: number;
}

export function logName(day: string, part: number): string {
  return part === 1 ? `lecoder-cgpu-${day}.jsonl` : `lecoder-cgpu-${day}.${part}.jsonl`;
}

/** The log files of a folder, oldest first; none when it cannot be read. */
export function logNames(folder: string): LogName[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .flatMap(name => {
      const [, day, part] = NAME.exec(name) ?? [];
      return day === undefined ? [] : [{ name, day, part: Number(part ?? 1) }];
    })
    .sort((one, other) => one.day.localeCompare(other.day) || one.part - other.part);
}
