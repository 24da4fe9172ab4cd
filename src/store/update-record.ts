import { isFailure } from '../core/failure.ts';
import type { UpdateKnowledge, UpdateRecord } from '../core/upgrade.ts';
import { readText, writeAtomic } from './atomic-file.ts';
import { isRecord } from './json-file.ts';

/** A cache that is safe to delete: what cannot be read or written is as good as none. */
export function updateRecord(path: string): UpdateRecord {
  return {
    read() {
      try {
        return knowledge(JSON.parse(readText(path) ?? 'null'));
      } catch {
        return null;
      }
    },
    write(value) {
      try {
        writeAtomic(path, `${JSON.stringify(value)}\n`);
      } catch (error) {
        if (!isFailure(error)) throw error;
      }
    },
  };
}

function knowledge(value: unknown): UpdateKnowledge | null {
  if (!isRecord(value) || typeof value.askedAt !== 'string') return null;
  const textOf = (key: string) => (typeof value[key] === 'string' ? value[key] : null);
  return { askedAt: value.askedAt, newest: textOf('newest'), toldAt: textOf('toldAt') };
}
