import type { Report } from './events.ts';

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
  keepAlive(id: string, signal: AbortSignal): Promise<void>;
  /** Frees the machine; false when it is not ours to free. Releasing what is gone already succeeds. */
  release(id: string, signal: AbortSignal): Promise<boolean>;
}
