import * as z from 'zod/mini';
import type { KeeperRecord } from '../core/keeper.ts';
import { readText, removeFile, writeAtomic } from './atomic-file.ts';

const State = z.object({
  pid: z.int(),
  startedAt: z.string(),
  beatAt: z.string(),
  pings: z.int(),
  failures: z.int(),
  sessions: z.array(z.string()),
});

/** The record is a sign of life and nothing else: one that cannot be read is as good as none. */
export function keeperRecord(path: string): KeeperRecord {
  const read = () => {
    const text = readText(path);
    if (text === null) return null;
    try {
      return State.parse(JSON.parse(text));
    } catch {
      return null;
    }
  };
  return {
    read,
    write: state => writeAtomic(path, `${JSON.stringify(state)}\n`),
    clear(pid) {
      if (read()?.pid === pid) removeFile(path);
    },
  };
}
