import type { Plan } from './account.ts';
import type { Report } from './events.ts';
import type { Readings } from './execution.ts';

/** Where a machine comes from. */
export const PROVIDERS = ['colab', 'jupyter', 'local'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export type Variant = 'gpu' | 'tpu' | 'cpu';

/** A machine with a Jupyter server on it. */
export interface Runtime {
  /** Stable name of the machine within its provider; safe to print and to store. */
  readonly id: string;
  readonly provider: ProviderName;
  /** For people: `local`, a host name, Colab's endpoint. */
  readonly label: string;
  readonly variant: Variant;
  /** Accelerator's name (`T4`), or null when there is none or it is not known. */
  readonly accelerator: string | null;
  /** ISO 8601; null when the provider does not say. */
  readonly createdAt: string | null;
}

/** What the user asked for. */
export interface RuntimeWish {
  readonly variant: Variant | null;
  /** In order of preference; empty means the default. */
  readonly accelerators: readonly string[];
  readonly highMemory: boolean;
  readonly fresh: boolean;
  /** Refuse anything else than what was asked. */
  readonly strict: boolean;
  /** Milliseconds to keep trying while there is no capacity; 0 for one try. */
  readonly waitFor: number;
}

/** No wish in particular. */
export const ANY_MACHINE: RuntimeWish = {
  variant: null,
  accelerators: [],
  highMemory: false,
  fresh: false,
  strict: false,
  waitFor: 0,
};

/** The way to a runtime's Jupyter server. Short-lived; ask again before it expires. Holds secrets: never print it. */
export interface Doorway {
  /** Base address, always ending in a slash: API paths are resolved against it. */
  readonly http: URL;
  readonly ws: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires: Date | null;
}

/** Not knowing is not knowing it is gone. */
export type Liveness = 'alive' | 'gone' | 'unknown';

export interface RuntimeProvider {
  readonly name: ProviderName;
  /**
   * Finds or makes a machine. `fresh` is true when this call made it.
   * Throws `runtimeUnavailable`, `connectionTimeout`, `invalidCredentials`, `usage` failures.
   */
  acquire(wish: RuntimeWish, report: Report, signal: AbortSignal): Promise<{ runtime: Runtime; fresh: boolean }>;
  /** Whether the settings of this invocation mean that machine. Asks nobody. */
  serves(runtime: Runtime): boolean;
  list(signal: AbortSignal): Promise<readonly Runtime[]>;
  /** Never throws for a network failure: that is `unknown`. */
  probe(id: string, signal: AbortSignal): Promise<Liveness>;
  /** Throws `runtimeTerminated` when the machine is certainly gone, `connectionTimeout` when it cannot be reached. */
  open(id: string, signal: AbortSignal): Promise<Doorway>;
  /** True where a machine nobody pings is taken away: then it is pinged once a minute while it is wanted. */
  readonly needsKeepAlive: boolean;
  /** Throws `runtimeTerminated` when the machine is certainly gone; anything else means trying again later. */
  keepAlive(id: string, signal: AbortSignal): Promise<void>;
  /**
   * Passes the user's Google credentials on to the machine, asking for consent when that is missing. Absent where there
   * are none. Throws what `consent` throws.
   */
  grant?(
    id: string,
    kind: 'dfs_ephemeral' | 'auth_user_ephemeral',
    consent: (url: URL) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Frees the machine; false when it is not ours to free. Releasing what is gone already succeeds. */
  release(id: string, signal: AbortSignal): Promise<boolean>;
  /** True when freeing a machine ends its kernels at once: they need not be ended first. */
  readonly freesKernels?: boolean;
  /** The machine stands in the session book now: what was noted against a crash between the two can go. */
  settled?(id: string): Promise<void>;
  /** What the account may use and has left. Throws `notAuthenticated` and what asking may throw. */
  plan?(signal: AbortSignal): Promise<Plan>;
  /** Measures the machine without a kernel; null parts could not be learned. */
  readings?(id: string, signal: AbortSignal): Promise<Readings>;
}

/** What a machine has to be, as it was asked for. */
export interface MachineChoice {
  readonly variant: Variant;
  readonly accelerator: string | null;
  readonly highMemory: boolean;
}

/** A machine asked for and not yet in anybody's session book. On disk before the request that costs. */
export interface AssignIntent {
  /** The key under which the service finds the machine again. */
  readonly key: string;
  readonly choice: MachineChoice;
  /** The account that asked. */
  readonly account: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** A machine that was made here, under the key it was made with. */
export interface MadeMachine extends AssignIntent {
  readonly id: string;
  /** Its id at another API of the service, where that is the one that made it. */
  readonly runtimeId?: string;
}

/** Memory of machines asked for, shared by processes, so that none is lost between request and record. */
export interface AssignIntents {
  /** Notes, or notes again, that this process is about to ask. */
  begin(intent: AssignIntent): Promise<void>;
  /** The request brought nothing, or what it brought is given back. */
  end(key: string): Promise<void>;
  /** The request brought this machine; it stays an intent of this process until `settle`. */
  made(machine: MadeMachine): Promise<void>;
  /** The machine stands in the session book. */
  settle(id: string): Promise<void>;
  /** Forgets a machine that is gone. */
  forget(id: string): Promise<void>;
  /** What processes that have ended left unsettled. Claims them for this process, so that no other acts on them too. */
  claimLeft(): Promise<readonly AssignIntent[]>;
  /** True when `claimLeft` might find something. One file read. */
  hasLeft(): boolean;
  /** Machines made here and not known to be gone, the newest first. */
  machines(): readonly MadeMachine[];
  /** How many machines the account held when it was refused another: services do not tell the number themselves. */
  learnLimit(account: string, machines: number): Promise<void>;
  limit(account: string): number | null;
}
