import { join } from 'node:path';
import type { Report } from './core/events.ts';
import { Failure } from './core/failure.ts';
import type { Host } from './core/host.ts';
import type { ProviderName, RuntimeProvider } from './core/runtime.ts';
import type { Services, StatePaths } from './core/services.ts';
import type { GlobalFlags } from './core/settings.ts';
import { clientSecret } from './store/config-file.ts';
import { debugLog } from './store/debug-log.ts';
import { doorwayCache } from './store/doorway-cache.ts';
import { history } from './store/history.ts';
import { type FileLocks, locks } from './store/lock.ts';
import { logFiles } from './store/log-files.ts';
import { sealing } from './store/sealing.ts';
import { sessionBook } from './store/session-book.ts';
import { loadSettings } from './store/settings.ts';
import { statePaths } from './store/state-paths.ts';

/** The composition root: picks the adapters. What costs anything is loaded at its first call. */
export function buildServices(host: Host, flags: GlobalFlags, report: Report): Services {
  const settings = loadSettings(host, flags);
  const paths = statePaths(host, flags);
  const fileLocks = locks(host, paths.state);
  const services: Services = {
    host,
    flags,
    settings,
    paths,
    locks: fileLocks,
    ...stores(host, { paths, locks: fileLocks, report, maxEntries: settings.maxHistorySize }),
    log: debugLog({
      folder: paths.logs,
      level: settings.logLevel,
      pid: host.pid,
      now: () => host.now(),
      ...(flags.verbose || host.env.LECODER_CGPU_DEBUG ? { echo: text => void report({ type: 'note', text }) } : {}),
    }),
    logFiles: logFiles(host, paths.logs),
    provider: name => loadProvider(name, services),
    kernels: once(async () => (await import('./jupyter/kernel-server.ts')).kernelServer(host)),
    executor: once(async () => (await import('./jupyter/execute-cell.ts')).cellExecutor()),
    remoteHalf: once(async () => (await import('./remote/open-remote-half.ts')).openRemoteHalf),
  };
  return services;
}

interface StoreParts {
  readonly paths: StatePaths;
  readonly locks: FileLocks;
  readonly report: Report;
  readonly maxEntries: number;
}

function stores(
  host: Host,
  { paths, locks, report, maxEntries }: StoreParts,
): Pick<Services, 'sessions' | 'history' | 'doorways'> {
  const warn = (text: string) => void report({ type: 'warning', text });
  const seal = sealing({ keyFile: join(paths.state, 'key'), secret: () => clientSecret(host, paths.config) });
  return {
    sessions: sessionBook({ path: paths.sessions, host, locks, warn }),
    history: history({ path: paths.history, locks, maxEntries }),
    doorways: doorwayCache({ path: paths.tokens, host, locks, sealing: seal, warn }),
  };
}

async function loadProvider(
  name: ProviderName,
  { host, settings, locks, doorways }: Services,
): Promise<RuntimeProvider> {
  switch (name) {
    case 'local':
      return (await import('./local/provider.ts')).localProvider({ host, settings: settings.local, locks });
    case 'jupyter':
      return (await import('./jupyter/provider.ts')).jupyterProvider({ host, server: settings.server, doorways });
    case 'colab':
      throw new Failure('notAuthenticated', 'no Google account on this machine', {
        suggestion:
          'add `--runtime local`, which needs no account; `lecoder-cgpu auth login` comes with the Colab provider, which is not in this version yet',
        hints: [
          'add `--runtime local`, which needs no account, or `--runtime jupyter --server <url>`',
          '`lecoder-cgpu auth login` comes with the Colab provider, which is not in this version yet',
        ],
      });
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
