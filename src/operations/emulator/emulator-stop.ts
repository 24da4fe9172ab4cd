import { rm } from 'node:fs/promises';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { Services } from '../../core/services.ts';
import { emulatorFiles, readEmulatorRecord, removeEmulatorRecord, runningEmulator } from './emulator-record.ts';

const ENDS_WITHIN = 15_000;
const LOOK_EVERY = 25;

/** Ends the emulator with all its machines; false when none ran. Resolves when all has ended. */
export async function stopEmulator(services: Services, report: Report, signal: AbortSignal): Promise<boolean> {
  const { host } = services;
  const files = emulatorFiles(services);
  const record = await runningEmulator(host, files, signal);
  if (record === null) {
    const left = await readEmulatorRecord(files);
    if (left !== null) await removeEmulatorRecord(files, left.id);
    if (left !== null && host.processes.isAlive(left.pid)) {
      const text = `the emulator at ${left.origin} does not answer; process ${left.pid} was left alone`;
      await report({ type: 'warning', text });
    }
    return false;
  }
  // It answered with its id a moment ago: the process of that number is it.
  await host.fetch(new URL('/emulator/control/stop', record.origin), { method: 'POST', signal }).catch(() => null);
  signal.throwIfAborted();
  const gone = async () => !host.processes.isAlive(record.pid) || (await readEmulatorRecord(files)) === null;
  if (!(await within(host, gone, signal))) {
    host.processes.kill(record.pid, 'SIGKILL');
    if (!(await within(host, gone, signal)))
      throw new Failure('runtimeUnavailable', `the emulator (process ${record.pid}) does not end`, {
        retryable: false,
      });
  }
  await removeEmulatorRecord(files, record.id);
  await rm(files.machines, { recursive: true, force: true, maxRetries: 5 });
  return true;
}

/** The record goes last, when everything has ended; the process is looked at because it may end without that. */
async function within(host: Host, gone: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const deadline = host.monotonic() + ENDS_WITHIN;
  while (!(await gone())) {
    if (host.monotonic() > deadline) return false;
    await host.sleep(LOOK_EVERY, signal);
  }
  return true;
}
