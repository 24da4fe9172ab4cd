import type { Identity } from './account.ts';
import type { Config } from './config.ts';
import type { Probes } from './doctor.ts';
import type { Drive } from './drive.ts';
import type { EmulatorProgram } from './emulator.ts';
import type { Report } from './events.ts';
import type { Cell, Execution, KernelLink, KernelServer, RemoteHalf } from './execution.ts';
import type { OpenContents } from './files.ts';
import type { History } from './history.ts';
import type { Host } from './host.ts';
import type { KeeperRecord } from './keeper.ts';
import type { Log, LogFiles } from './log.ts';
import type { AccountParts } from './login.ts';
import type { ProfileSummary } from './profile.ts';
import type { OpenKernelQuestions } from './repl.ts';
import type { Doorway, ProviderName, RuntimeProvider } from './runtime.ts';
import type { SessionBook } from './session.ts';
import type { GlobalFlags, Settings } from './settings.ts';
import type { OpenSyncMemory } from './sync.ts';
import type { TerminalKind, TerminalServer } from './terminal.ts';
import type { Releases, UpdateRecord } from './upgrade.ts';

/** What commands may use. Built by `app.ts`; what costs anything is a function and is paid for at its first call. */
export interface Services {
  readonly host: Host;
  readonly flags: GlobalFlags;
  readonly settings: Settings;
  readonly log: Log;
  readonly logFiles: LogFiles;
  readonly sessions: SessionBook;
  readonly history: History;
  readonly doorways: DoorwayCache;
  readonly keeper: KeeperRecord;
  readonly locks: Locks;
  readonly paths: StatePaths;
  /** What is known of newer versions, for all profiles. */
  readonly updates: UpdateRecord;
  /** Whose settings and state these are: `default`, `emulator`, or a name that was given. */
  readonly profile: string;
  /** The settings with where they come from, to be shown and changed. */
  config(): Promise<Config>;
  /** All profiles of the config folder, the default one first. */
  profiles(): Promise<readonly ProfileSummary[]>;
  provider(name: ProviderName): Promise<RuntimeProvider>;
  /** Who we are to Google. */
  identity(): Promise<Identity>;
  /** What signing in and out works with. */
  accounts(): Promise<AccountParts>;
  /** The account's notebooks in Drive. */
  drive(): Promise<Drive>;
  /** What folders held when they were last synced. */
  syncMemory(): Promise<OpenSyncMemory>;
  kernels(): Promise<KernelServer>;
  executor(): Promise<CellExecutor>;
  remoteHalf(): Promise<OpenRemoteHalf>;
  /** Files without a kernel, for when none can serve. */
  contentsFiles(): Promise<OpenContents>;
  kernelQuestions(): Promise<OpenKernelQuestions>;
  /** Terminals without a kernel. */
  terminals(kind: TerminalKind): Promise<TerminalServer>;
  /** What a check-up asks of the network. */
  probes(): Promise<Probes>;
  /** Published versions of this program. */
  releases(): Promise<Releases>;
  /** Google's side of Colab, imitated on this machine. */
  emulator(): Promise<EmulatorProgram>;
  /**
   * An interpreter that can run a Jupyter server: the user's, or a private one, which is made when it is missing.
   * Throws `runtimeUnavailable` when there is no way.
   */
  python(report: Report, signal: AbortSignal): Promise<string>;
  /** Interpreters of this machine that may be there, the likeliest to have Jupyter first. Makes and asks nothing. */
  pythons(): Promise<readonly string[]>;
}

/** Runs a cell over an open link. Ends on reply *and* idle. Aborting interrupts the cell. */
export type CellExecutor = (
  link: KernelLink,
  cell: Cell,
  control: CellControl,
  report: Report,
  signal: AbortSignal,
) => Promise<Execution>;

export interface CellControl {
  /** Over REST, so that it reaches a busy kernel. False when there is no such kernel. */
  interrupt(): Promise<boolean>;
  restart(): Promise<boolean>;
}

export type OpenRemoteHalf = (link: KernelLink) => RemoteHalf;

/** Doorways between invocations, encrypted in `tokens.json`: a cache, safe to delete. Keyed by provider and runtime. */
export interface DoorwayCache {
  get(provider: ProviderName, runtimeId: string): Doorway | null;
  put(provider: ProviderName, runtimeId: string, doorway: Doorway): Promise<void>;
  drop(provider: ProviderName, runtimeId: string): Promise<void>;
}

export interface Locks {
  /**
   * Runs `work` while holding the named lock, across processes; the same name must not be held again inside `work`.
   * A dead owner's lock is taken over; a live one is waited for until the signal.
   */
  hold<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Who holds it, as written there; null when nobody does. */
  holder(name: string): LockHolder | null;
}

export interface LockHolder {
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

/** Files and folders under the config folder. */
export interface StatePaths {
  readonly config: string;
  readonly tokens: string;
  readonly state: string;
  readonly sessions: string;
  /** The login, `state/session.json`. */
  readonly login: string;
  readonly history: string;
  readonly logs: string;
}
