import { dirname, join } from 'node:path';
import type { Identity } from './core/account.ts';
import type { Report } from './core/events.ts';
import type { Host } from './core/host.ts';
import type { AccountParts } from './core/login.ts';
import type { ProviderName, RuntimeProvider } from './core/runtime.ts';
import type { Services, StatePaths } from './core/services.ts';
import type { GlobalFlags, Leniency } from './core/settings.ts';
import { clientSecret } from './store/config-file.ts';
import { debugLog } from './store/debug-log.ts';
import { doorwayCache } from './store/doorway-cache.ts';
import { history } from './store/history.ts';
import { keeperRecord } from './store/keeper-record.ts';
import { type FileLocks, locks } from './store/lock.ts';
import { logFiles } from './store/log-files.ts';
import { listProfiles, requireProfile } from './store/profiles.ts';
import { type Sealing, sealing } from './store/sealing.ts';
import { sessionBook } from './store/session-book.ts';
import { loadSettings } from './store/settings.ts';
import { profileOf, rootConfig, statePaths } from './store/state-paths.ts';
import { updateRecord } from './store/update-record.ts';

/** The composition root: picks the adapters. What costs anything is loaded at its first call. */
export function buildServices(host: Host, flags: GlobalFlags & Leniency, report: Report): Services {
  if (!flags.newProfile) requireProfile(host, flags);
  const settings = loadSettings(host, flags);
  const paths = statePaths(host, flags);
  const fileLocks = locks(host, paths.state);
  const warn = (text: string) => void report({ type: 'warning', text });
  const seal = sealing({ keyFile: join(paths.state, 'key'), secret: () => clientSecret(host, paths.config) });
  const files = { host, paths, locks: fileLocks, sealing: seal, warn };
  // One for the process: what one question learned the next need not ask again.
  const colab = once(() => loadColab(services, files, report));
  const services: Services = {
    host,
    flags,
    settings,
    paths,
    locks: fileLocks,
    profile: profileOf(host, flags),
    config: once(async () => {
      const { configStore } = await import('./store/config-store.ts');
      return configStore({ host, flags, path: paths.config, login: paths.login, locks: fileLocks, warn });
    }),
    profiles: async () => listProfiles(host, flags),
    ...stores(files, settings.maxHistorySize),
    log: debugLog({
      folder: paths.logs,
      level: settings.logLevel,
      pid: host.pid,
      now: () => host.now(),
      ...(flags.verbose || host.env.LECODER_CGPU_DEBUG ? { echo: text => void report({ type: 'note', text }) } : {}),
    }),
    logFiles: logFiles(host, paths.logs),
    keeper: keeperRecord(join(paths.state, 'keep-alive.json')),
    updates: updateRecord(join(dirname(rootConfig(host, flags)), 'state', 'update.json')),
    provider: name => (name === 'colab' ? colab() : loadProvider(name, services)),
    identity: once(() => loadIdentity(services)),
    accounts: once(() => loadAccounts(files, services)),
    drive: once(async () => {
      const [{ driveClient }, { rememberingNames }] = await Promise.all([
        import('./drive/client.ts'),
        import('./store/notebook-names.ts'),
      ]);
      const client = driveClient({ host, identity: services.identity, emulator: settings.emulator });
      const names = { path: join(paths.state, 'notebooks.json'), locks: fileLocks, now: () => host.now() };
      return rememberingNames(client, names);
    }),
    syncMemory: once(async () =>
      (await import('./store/sync-memory.ts')).syncMemories({
        folder: join(paths.state, 'sync'),
        locks: fileLocks,
        warn,
        now: () => host.now(),
      }),
    ),
    kernels: once(async () => (await import('./jupyter/kernel-server.ts')).kernelServer(host)),
    executor: once(async () => (await import('./jupyter/execute-cell.ts')).cellExecutor()),
    remoteHalf: once(async () => (await import('./remote/open-remote-half.ts')).openRemoteHalf),
    contentsFiles: once(async () => {
      const { contentsFiles } = await import('./remote/contents/contents-files.ts');
      return place => contentsFiles(host, place);
    }),
    kernelQuestions: once(async () => (await import('./jupyter/kernel-questions.ts')).kernelQuestions),
    terminals: async kind =>
      kind === 'colab'
        ? (await import('./colab/tty.ts')).colabTty(host)
        : (await import('./jupyter/terminals.ts')).jupyterTerminals(host),
    probes: once(async () => (await import('./http/probes.ts')).probes(host)),
    releases: once(async () => {
      const [{ releases }, { REPOSITORY }] = await Promise.all([import('./http/releases.ts'), import('./version.ts')]);
      return releases(host, REPOSITORY);
    }),
    emulator: once(async () => (await import('./emulator/program.ts')).emulatorProgram),
    python: (report, signal) => findPython(services, report, signal),
    pythons: () => listPythons(services),
  };
  return services;
}

interface StoreParts {
  readonly host: Host;
  readonly paths: StatePaths;
  readonly locks: FileLocks;
  readonly sealing: Sealing;
  readonly warn: (text: string) => void;
}

function stores(parts: StoreParts, maxEntries: number): Pick<Services, 'sessions' | 'history' | 'doorways'> {
  const { paths } = parts;
  return {
    sessions: sessionBook({ ...parts, path: paths.sessions }),
    history: history({ ...parts, path: paths.history, maxEntries }),
    doorways: doorwayCache({ ...parts, path: paths.tokens }),
  };
}

async function loadAccounts(parts: StoreParts, { settings: { emulator }, flags }: Services): Promise<AccountParts> {
  const root = rootConfig(parts.host, flags);
  const lender = root === parts.paths.config ? null : root;
  const [{ accountFiles }, { googleAccounts }] = await Promise.all([
    import('./store/account-files.ts'),
    import('./google/accounts.ts'),
  ]);
  return {
    ...accountFiles({ ...parts, emulated: emulator !== null, lender }),
    google: googleAccounts(parts.host, emulator),
  };
}

async function loadIdentity({ host, settings, locks, log, accounts }: Services): Promise<Identity> {
  const [{ identity }, parts] = await Promise.all([import('./google/identity.ts'), accounts()]);
  return identity({ host, locks, log, ...parts, emulated: settings.emulator !== null });
}

async function findPython({ host, settings, locks }: Services, report: Report, signal: AbortSignal): Promise<string> {
  const [{ choosePython }, { localFiles }] = await Promise.all([
    import('./local/choose-python.ts'),
    import('./local/files.ts'),
  ]);
  const deps = { host, settings: settings.local, files: localFiles(host.folders) };
  // The lock of the local runtime: of two that make the private environment one waits for the other.
  return locks.hold('local-runtime', async () => (await choosePython(deps, report, signal)).path, signal);
}

async function listPythons({ host, settings }: Services): Promise<readonly string[]> {
  const [{ candidates, pythonIn }, { localFiles }] = await Promise.all([
    import('./local/python.ts'),
    import('./local/files.ts'),
  ]);
  const named = settings.local.python === null ? [] : [settings.local.python];
  return [...named, ...candidates(host), pythonIn(host.platform, localFiles(host.folders).venv)];
}

async function loadProvider(
  name: Exclude<ProviderName, 'colab'>,
  { host, settings, locks, doorways, paths }: Services,
): Promise<RuntimeProvider> {
  switch (name) {
    case 'local':
      return (await import('./local/provider.ts')).localProvider({
        host,
        settings: settings.local,
        locks,
        state: paths.state,
      });
    case 'jupyter':
      return (await import('./jupyter/provider.ts')).jupyterProvider({ host, server: settings.server, doorways });
  }
}

async function loadColab(
  { host, settings, doorways, identity, sessions }: Services,
  files: StoreParts,
  report: Report,
): Promise<RuntimeProvider> {
  const [{ colabProvider }, { assignIntents }] = await Promise.all([
    import('./colab/provider.ts'),
    import('./store/assign-intents.ts'),
  ]);
  const intents = assignIntents({ ...files, path: join(files.paths.state, 'assign-intents.json') });
  const { defaultGpu, emulator } = settings;
  const inUse = (endpoint: string) =>
    sessions.read().sessions.some(({ provider, runtime }) => provider === 'colab' && runtime.id === endpoint);
  return colabProvider({ host, identity, intents, doorways, report, defaultGpu, emulator, inUse });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
