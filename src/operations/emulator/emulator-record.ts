import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { Services } from '../../core/services.ts';

/** Which emulator runs and how to use it. The token opens nothing but that emulator. */
export interface EmulatorRecord {
  readonly version: 1;
  readonly id: string;
  readonly pid: number;
  readonly origin: string;
  readonly account: string;
  readonly refreshToken: string;
  readonly startedAt: string;
}

export interface EmulatorFiles {
  readonly record: string;
  readonly log: string;
  /** Of its machines. */
  readonly machines: string;
}

const ANSWERS_WITHIN = 3000;

/** With `LECODER_EMULATOR` set all state is in a profile of its own; this is not, so that the emulator can still be stopped. */
export function emulatorFiles({ host, paths }: Pick<Services, 'host' | 'paths'>): EmulatorFiles {
  const folder = dirname(paths.config);
  const root = host.env.LECODER_EMULATOR ? join(folder, '..', '..') : folder;
  const state = join(root, 'state');
  return {
    record: join(state, 'emulator.json'),
    log: join(state, 'logs', 'emulator.log'),
    machines: join(state, 'emulator'),
  };
}

/** Null when none was started, or what is there is none of ours. */
export async function readEmulatorRecord({ record }: EmulatorFiles): Promise<EmulatorRecord | null> {
  try {
    const value = JSON.parse(await readFile(record, 'utf8')) as Partial<EmulatorRecord>;
    const whole = typeof value.pid === 'number' && typeof value.id === 'string' && URL.canParse(String(value.origin));
    return whole ? (value as EmulatorRecord) : null;
  } catch {
    return null;
  }
}

/** For its owner alone, as a whole or not at all. */
export async function writeEmulatorRecord({ record }: EmulatorFiles, value: EmulatorRecord): Promise<void> {
  await mkdir(dirname(record), { recursive: true, mode: 0o700 });
  const draft = `${record}.${randomUUID()}.new`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, record);
}

/** Removes the record unless another emulator has put its own there. */
export async function removeEmulatorRecord(files: EmulatorFiles, id: string): Promise<void> {
  if ((await readEmulatorRecord(files))?.id === id) await rm(files.record, { force: true });
}

/** The emulator that runs; null when there is none, or something else answers at its address. */
export async function runningEmulator(
  host: Pick<Host, 'fetch'>,
  files: EmulatorFiles,
  signal: AbortSignal,
): Promise<EmulatorRecord | null> {
  const record = await readEmulatorRecord(files);
  if (record === null) return null;
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN)]);
    const answer = await host.fetch(new URL('/emulator/health', record.origin), { signal: within });
    return ((await answer.json()) as { id?: string }).id === record.id ? record : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

export function noEmulator(): Failure {
  return new Failure('connectionTimeout', 'no emulator runs', {
    retryable: false,
    hints: ['`lecoder-cgpu emulator start` starts one'],
  });
}
