import type { LinkState, TerminalSize } from './execution.ts';
import type { Doorway } from './runtime.ts';

/** Ways to a shell: through the remote half, or a terminal of the machine's own server, Jupyter's or Colab's. */
export const TERMINAL_ROADS = ['auto', 'remote-half', 'jupyter', 'colab'] as const;
export type TerminalRoad = (typeof TERMINAL_ROADS)[number];
/** Whose terminals a server has. */
export type TerminalKind = Exclude<TerminalRoad, 'auto' | 'remote-half'>;

/** Terminals that a machine's server keeps, without a kernel. Implemented by `jupyter/` and by `colab/`. */
export interface TerminalServer {
  /**
   * Makes a terminal or joins the one of that name, and opens its socket. Throws `runtimeUnavailable` where the server
   * has no terminals, `invalidCredentials` when the way in has ended.
   */
  open(doorway: Doorway, options: OpenTerminalOptions): Promise<ServerTerminal>;
}

export interface OpenTerminalOptions {
  /** Null for a new one. A server with one terminal for all knows no names. */
  readonly name: string | null;
  /** For a new one, where the server takes any: what its programs should know of our terminal. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Asked for a fresh way in when a reconnect is refused. Null gives up. */
  readonly renew: (signal: AbortSignal) => Promise<Doorway | null>;
  readonly reconnect: boolean;
}

/** A WebSocket to one terminal that mends itself. No status is ever told: neither protocol has one. */
export interface ServerTerminal {
  /** Null where there is only one, which all share. */
  readonly name: string | null;
  /** True when it was there before: a shell in the middle of something. */
  readonly joined: boolean;
  /** Types; while the connection is away it is kept. */
  write(text: string): void;
  resize(size: TerminalSize): void;
  /** One listener, called from the first output on. A promise holds the server back. */
  onOutput(listener: (text: string) => void | Promise<void>): void;
  onState(listener: (state: LinkState) => void): () => void;
  /** Resolves when the shell has ended. Rejects with `webSocketError` when the connection is lost for good. */
  readonly ended: Promise<void>;
  /** Ends it on the server; one that has gone already is fine. Does nothing where all share it. */
  remove(signal: AbortSignal): Promise<void>;
  close(): void;
}
