import type { ProviderName } from './runtime.ts';

/** The settled settings: flag, environment, `config.json`, default, in this order. Secrets are not among them. */
export interface Settings {
  /** Null when nobody said: the active session decides, then `colab`. */
  readonly runtime: ProviderName | null;
  readonly session: string | null;
  /** Seconds; 0 for none. */
  readonly timeout: number;
  readonly maxHistorySize: number;
  readonly autoReconnect: boolean;
  readonly propagateExitCode: boolean;
  /** Whether newer versions are spoken of, and asked for in the background. */
  readonly updateNotice: boolean;
  readonly logLevel: LogLevel;
  readonly defaultGpu: string;
  /** Name of the kernel to start; null for the server's default. */
  readonly kernelName: string | null;
  readonly server: ServerSettings;
  readonly local: LocalSettings;
  /** Origin of an emulator of Google's side; all Google traffic goes there and nowhere else. Loopback only. */
  readonly emulator: URL | null;
}

/** How to reach a Jupyter server the user already has. */
export interface ServerSettings {
  readonly url: string | null;
  readonly token: string | null;
}

export interface LocalSettings {
  /** Seconds without a running kernel or a connection after which our own server stops. */
  readonly idleTimeout: number;
  /** A Python interpreter to use instead of looking for one. */
  readonly python: string | null;
}

/** What a command can do without; by default it needs all of it. */
export interface Leniency {
  /** Settings that cannot be used count as not given, so that they can be shown and mended. */
  readonly badSettings?: true;
  /** The profile may be one that nobody has used yet: this command makes it. */
  readonly newProfile?: true;
}

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Options every command takes, as they stood on the command line. */
export interface GlobalFlags {
  readonly json: boolean;
  readonly jsonLines: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly input: boolean;
  readonly color: boolean | null;
  readonly config: string | null;
  /** Name of another account's settings and state; null for the environment's or none. */
  readonly profile: string | null;
  readonly session: string | null;
  readonly runtime: string | null;
  readonly forceLogin: boolean;
  readonly server: string | null;
  readonly token: string | null;
}
