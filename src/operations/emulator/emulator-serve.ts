import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { EmulatedAccount, EmulatorChoices, EmulatorProgram } from '../../core/emulator.ts';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import { Deferred } from '../../util/deferred.ts';
import {
  type EmulatorRecord,
  emulatorFiles,
  removeEmulatorRecord,
  runningEmulator,
  writeEmulatorRecord,
} from './emulator-record.ts';

/** What to imitate. */
export interface EmulatorWish {
  readonly port: number;
  readonly account: string;
  readonly tier: EmulatedAccount['tier'];
  /** Null for the tier's own. */
  readonly balance: number | null;
  /** An interpreter with a Jupyter server; null to find or make one. */
  readonly python: string | null;
  readonly faults: readonly string[];
  readonly settings: EmulatorChoices;
}

/**
 * Runs an emulator here until Ctrl-C, or until it is told to stop. Throws `usage` when one runs already, the port is
 * taken, or a fault is not one.
 */
export async function serveEmulator(
  wish: EmulatorWish,
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<EmulatorRecord> {
  const { host } = services;
  const files = emulatorFiles(services);
  if ((await runningEmulator(host, files, signal)) !== null) throw runsAlready();
  const python = wish.python ?? (await services.python(report, signal));
  const program = await checked(wish, services);
  await rm(files.machines, { recursive: true, force: true, maxRetries: 5 });
  const told = new Deferred<void>();
  const id = host.uuid();
  const refreshToken = `1//emulator-${randomBytes(32).toString('base64url')}`;
  const { account, tier, balance, port, settings, faults } = wish;
  const accounts = [{ email: account, tier, refreshToken, ...(balance === null ? {} : { balance }) }];
  const onStop = () => told.resolve();
  const plan = { id, python, folder: files.machines, env: host.env, port, accounts, settings, faults, onStop };
  const emulator = await program.start(plan).catch(error => {
    throw portFailure(error, port);
  });
  const stop = () => told.resolve();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const { origin } = emulator;
  const record = {
    version: 1,
    id,
    pid: host.pid,
    origin,
    account,
    refreshToken,
    startedAt: host.now().toISOString(),
  } as const;
  try {
    await writeEmulatorRecord(files, record);
    await report({ type: 'note', text: `The emulator runs at ${origin} until Ctrl-C` });
    await told.promise;
  } finally {
    signal.removeEventListener('abort', stop);
    await emulator.stop();
    await rm(files.machines, { recursive: true, force: true, maxRetries: 5 });
    await removeEmulatorRecord(files, id);
  }
  return record;
}

/** The program, when it finds nothing wrong with the wish. Throws `usage` otherwise. */
export async function checked({ faults, settings }: EmulatorWish, services: Services): Promise<EmulatorProgram> {
  const program = await services.emulator();
  const objection = program.objection({ faults, settings });
  if (objection !== null) throw new Failure('usage', objection, { hints: ['`docs/emulator.md` lists what there is'] });
  return program;
}

function portFailure(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  return new Failure(
    'usage',
    `port ${port} cannot be used: ${code === 'EACCES' ? 'it needs more rights' : 'somebody else has it'}`,
    {
      hints: ['`lecoder-cgpu emulator start` without `--port` takes a free one'],
    },
  );
}

export function runsAlready(): Failure {
  return new Failure('usage', 'an emulator runs already', {
    hints: ['`lecoder-cgpu emulator status` shows it', '`lecoder-cgpu emulator stop` ends it'],
  });
}
