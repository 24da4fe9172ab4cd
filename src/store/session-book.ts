import type { Host } from '../core/host.ts';
import { PROVIDERS } from '../core/runtime.ts';
import type { Session, SessionBook, SessionList } from '../core/session.ts';
import type { Warn } from './atomic-file.ts';
import { isRecord, jsonFile, versioned } from './json-file.ts';
import type { FileLocks } from './lock.ts';

interface SessionFile extends SessionList {
  readonly version: 1;
}

export interface SessionBookOptions {
  readonly path: string;
  readonly host: Host;
  readonly locks: FileLocks;
  readonly warn: Warn;
}

/** The sessions in `state/sessions.json`. A change that returns the list it was given writes nothing. */
export function sessionBook({ path, host, locks, warn }: SessionBookOptions): SessionBook {
  const file = jsonFile<SessionFile>({
    path,
    lock: 'sessions',
    locks,
    warn,
    now: () => host.now(),
    empty: () => ({ version: 1, active: null, sessions: [] }),
    check: checkFile,
  });
  return {
    read: () => file.read(),
    update: change =>
      file.update(current => {
        const after = change(current);
        return after === current ? current : { ...current, ...after, version: 1 };
      }),
  };
}

function checkFile(value: unknown): SessionFile {
  const file = versioned(value);
  if (!Array.isArray(file.sessions)) throw new Error('it has no list of sessions');
  const active = file.active ?? null;
  if (active !== null && typeof active !== 'string') throw new Error('`active` names no session');
  file.sessions.forEach(checkSession);
  return { ...file, version: 1, active, sessions: file.sessions };
}

const TEXTS = ['id', 'name', 'createdAt', 'lastActivity'] as const satisfies readonly (keyof Session)[];
const NULLABLE = ['kernelId', 'helperKernelId'] as const satisfies readonly (keyof Session)[];

function checkSession(value: unknown, index: number): void {
  const wrong = (what: string) => new Error(`${what} of session ${index + 1} is not usable`);
  if (!isRecord(value)) throw wrong('the entry');
  for (const key of TEXTS) if (typeof value[key] !== 'string') throw wrong(`\`${key}\``);
  for (const key of NULLABLE) if (value[key] !== null && typeof value[key] !== 'string') throw wrong(`\`${key}\``);
  if (!PROVIDERS.some(name => name === value.provider)) throw wrong('`provider`');
  if (typeof value.sharedKernel !== 'boolean') throw wrong('`sharedKernel`');
  if (!isRecord(value.runtime) || typeof value.runtime.id !== 'string' || typeof value.runtime.label !== 'string')
    throw wrong('`runtime`');
}
