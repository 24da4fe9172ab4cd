import type { JsonObject } from './events.ts';
import type { Reached, Road } from './host-system.ts';
import type { ErrorReport } from './run-report.ts';

/** What a check-up looks at, in the order in which one thing rests on another. */
export const CHECKS = [
  'program',
  'settings',
  'folder',
  'files',
  'terminal',
  'python',
  'authorities',
  'dns',
  'proxy',
  'tls',
  'google',
  'clock',
  'login',
  'scopes',
  'runtime',
  'jupyter',
  'websocket',
] as const;
export type CheckId = (typeof CHECKS)[number];

export const CHECK_STATUSES = ['ok', 'warning', 'failed', 'skipped'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** One hop, looked at by itself. Holds no secret. */
export interface Check {
  readonly id: CheckId;
  readonly status: CheckStatus;
  /** What was found, or why it was skipped, in one sentence. */
  readonly message: string;
  /** What was measured. */
  readonly facts: JsonObject;
  /** What to do about it, one line each: a command, a setting or a page. */
  readonly fixes: readonly string[];
  /** The failure by the catalogue; null unless `failed`. */
  readonly error: ErrorReport | null;
  /** Milliseconds. */
  readonly duration: number;
}

/** What a check-up asks of the network. All but `road` throw failures in plain words, and the signal's reason. */
export interface Probes {
  /** Throws a `usage` failure for a proxy of a kind that is not supported. */
  road(url: URL): Road;
  /** Addresses of the host. */
  lookUp(url: URL): Promise<readonly string[]>;
  /** Connects and shakes hands; a refusal of the proxy and of the certificate is among the causes of the failure. */
  reach(url: URL, signal: AbortSignal): Promise<Reached>;
  /** One GET. Redirects are not followed, and any status is an answer. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ProbeAnswer>;
  /** Opens a WebSocket and closes it again. Also throws `SocketRefused`. */
  upgrade(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
}

export interface ProbeAnswer {
  readonly status: number;
  /** What the server's clock said; null when it did not say. */
  readonly date: Date | null;
  readonly text: string;
}
