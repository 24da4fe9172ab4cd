import type { Report } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Doorway, Liveness, Runtime, RuntimeProvider, RuntimeWish } from '../core/runtime.ts';
import type { Locks } from '../core/services.ts';
import type { LocalSettings } from '../core/settings.ts';
import { choosePython } from './choose-python.ts';
import { type LocalFiles, localFiles } from './files.ts';
import { findGraphics, type Graphics } from './graphics.ts';
import { lifeOf, mayRun } from './life.ts';
import { doorwayTo, readRecord, removeRecord, runtimeOf, type ServerRecord } from './record.ts';
import { startServer } from './start-server.ts';
import { stopServer } from './stop-server.ts';
import { sweep } from './sweep.ts';
import { checkWish } from './wish.ts';

export interface LocalDeps {
  readonly host: Host;
  readonly settings: LocalSettings;
  readonly locks: Locks;
  /** Folder of what is kept; that of the config folder when absent. */
  readonly state?: string;
}

interface Local extends LocalDeps {
  readonly files: LocalFiles;
}

const LOCK = 'local-runtime';
const PATIENCE = 10_000;

/** A real Jupyter server of our own on this machine: one, shared by all sessions, started when it is first wanted. */
export function localProvider(deps: LocalDeps): RuntimeProvider {
  const local: Local = { ...deps, files: localFiles(deps.host.folders, deps.state) };
  return {
    name: 'local',
    acquire: (wish, report, signal) => acquire(local, wish, report, signal),
    serves: runtime => runtime.provider === 'local',
    list: signal => list(local, signal),
    probe: (id, signal) => probe(local, id, signal),
    open: async id => open(local, id),
    needsKeepAlive: false,
    keepAlive: async id => void open(local, id),
    release: (id, signal) => release(local, id, signal),
  };
}

async function acquire(
  local: Local,
  wish: RuntimeWish,
  report: Report,
  signal: AbortSignal,
): Promise<{ runtime: Runtime; fresh: boolean }> {
  const graphics = findGraphics(local.host);
  await checkWish(wish, graphics, report);
  const record = readRecord(local.files);
  if (record && (await lifeOf(local.host, record, signal)) === 'alive')
    return { runtime: runtimeOf(record), fresh: false };
  return local.locks.hold(
    LOCK,
    async () => {
      signal.throwIfAborted();
      const running = await settled(local, signal);
      if (running) return { runtime: runtimeOf(running), fresh: false };
      await sweep(local.host, local.files, local.host.now(), signal);
      return { runtime: runtimeOf(await start(local, graphics, report, signal)), fresh: true };
    },
    signal,
  );
}

/** The running server, after another invocation's start or stop has come to its end; null when there is none. */
async function settled(local: Local, signal: AbortSignal): Promise<ServerRecord | null> {
  const record = readRecord(local.files);
  if (record === null) return null;
  const deadline = local.host.monotonic() + PATIENCE;
  for (;;) {
    const life = await lifeOf(local.host, record, signal);
    if (life === 'alive') return record;
    if (life === 'gone') break;
    if (local.host.monotonic() > deadline) {
      throw new Failure('runtimeUnavailable', `our local Jupyter server (process ${record.pid}) does not answer`, {
        hints: ['`lecoder-cgpu disconnect` stops it; the next run starts a new one'],
      });
    }
    await local.host.sleep(100, signal);
  }
  await removeRecord(local.files, record);
  return null;
}

async function start(
  local: Local,
  graphics: Promise<Graphics>,
  report: Report,
  signal: AbortSignal,
): Promise<ServerRecord> {
  const python = await choosePython(local, report, signal);
  const id = 'local-server';
  await report({ type: 'step', id, text: 'Starting a Jupyter server on this machine', done: false });
  const record = await startServer(local, python.path, graphics, signal).catch(async error => {
    if (signal.aborted || python.instead === null) throw error;
    const text = `the Jupyter server of \`${python.path}\` does not start: using a private Python environment instead`;
    await report({ type: 'warning', text, hint: `See \`${local.files.log}\`` });
    return startServer(local, await python.instead(), graphics, signal);
  });
  await report({
    type: 'step',
    id,
    text: `Started a Jupyter server on this machine (${record.python})`,
    done: true,
  });
  return record;
}

async function list(local: Local, signal: AbortSignal): Promise<readonly Runtime[]> {
  const record = readRecord(local.files);
  if (record === null || (await lifeOf(local.host, record, signal)) === 'gone') return [];
  return [runtimeOf(record)];
}

async function probe(local: Local, id: string, signal: AbortSignal): Promise<Liveness> {
  const record = readRecord(local.files);
  return record?.id === id ? lifeOf(local.host, record, signal) : 'gone';
}

/** No request and no child process: a file, and whether the process is there. */
function open(local: Local, id: string): Doorway {
  const record = readRecord(local.files);
  if (record?.id === id && mayRun(local.host, record)) return doorwayTo(record);
  throw new Failure('runtimeTerminated', 'the local runtime has stopped', {
    hints: ['Run again: a new one is started; variables of the old one are gone'],
  });
}

/** Stops the server if it is still that one. */
async function release(local: Local, id: string, signal: AbortSignal): Promise<boolean> {
  if (readRecord(local.files)?.id !== id) return true;
  await local.locks.hold(
    LOCK,
    async () => {
      const record = readRecord(local.files);
      if (record?.id !== id) return;
      await stopServer(local.host, record, signal);
      await removeRecord(local.files, record);
    },
    signal,
  );
  return true;
}
