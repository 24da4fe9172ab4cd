import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { Services } from '../../core/services.ts';
import { type EmulatorFiles, type EmulatorRecord, emulatorFiles, runningEmulator } from './emulator-record.ts';

const READY_WITHIN = 30_000;
const LOOK_EVERY = 50;

/**
 * Starts an emulator that goes on after we end. `words` are the options for its own command line; the Python to run
 * on has been found, because making one may take a while and should be seen. A running one is left as it is.
 * Throws `runtimeUnavailable` with the end of its log when it does not come up.
 */
export async function startEmulator(
  words: readonly string[],
  services: Services,
  report: Report,
  signal: AbortSignal,
): Promise<{ record: EmulatorRecord; fresh: boolean }> {
  const { host } = services;
  const files = emulatorFiles(services);
  const present = await runningEmulator(host, files, signal);
  if (present !== null) {
    await report({ type: 'note', text: 'An emulator runs already; its settings stay as they are' });
    return { record: present, fresh: false };
  }
  await mkdir(dirname(files.log), { recursive: true, mode: 0o700 });
  await (await open(files.log, 'w', 0o600)).close();
  const { command, args } = host.program;
  const { flags } = services;
  const config = flags.config === null ? [] : ['--config', flags.config];
  const profile = flags.profile === null ? [] : ['--profile', flags.profile];
  const pid = await host.processes.startDetached(
    command,
    [...args, 'emulator', 'start', '--foreground', '--no-input', '--no-color', ...config, ...profile, ...words],
    { cwd: host.folders.work, env: withoutOurs(host.env), logFile: files.log },
  );
  return { record: await untilReady(host, files, pid, signal), fresh: true };
}

/** The emulator is no user of itself, and has no business with a token. */
function withoutOurs(env: Host['env']): Record<string, string | undefined> {
  return { ...env, LECODER_EMULATOR: undefined, LECODER_REFRESH_TOKEN: undefined };
}

async function untilReady(host: Host, files: EmulatorFiles, pid: number, signal: AbortSignal): Promise<EmulatorRecord> {
  const deadline = host.monotonic() + READY_WITHIN;
  try {
    for (;;) {
      const record = await runningEmulator(host, files, signal);
      if (record?.pid === pid) return record;
      if (!host.processes.isAlive(pid)) throw await notStarted(files, 'the emulator ended while it started');
      if (host.monotonic() > deadline) throw await notStarted(files, 'the emulator does not answer');
      await host.sleep(LOOK_EVERY, signal);
    }
  } catch (error) {
    host.processes.kill(pid, 'SIGTERM');
    throw error;
  }
}

async function notStarted(files: EmulatorFiles, message: string): Promise<Failure> {
  const log = await readFile(files.log, 'utf8').catch(() => '');
  return new Failure('runtimeUnavailable', message, {
    retryable: false,
    details: log.trim().slice(-2000),
    hints: [`its log is \`${files.log}\``, '`lecoder-cgpu emulator start --foreground` shows what it says'],
  });
}
