import type { JsonObject, Report } from './events.ts';
import type { Failure } from './failure.ts';
import type { RemoteFiles } from './files.ts';
import type { Connection } from './host.ts';
import type { Doorway } from './runtime.ts';

/** A message of Jupyter's wire protocol, whichever framing carried it. */
export interface KernelMessage {
  readonly channel: Channel;
  readonly header: MessageHeader;
  readonly parent_header: Partial<MessageHeader>;
  readonly metadata: JsonObject;
  // biome-ignore lint/suspicious/noExplicitAny: the content's shape depends on msg_type and comes from outside
  readonly content: Record<string, any>;
  readonly buffers: readonly Uint8Array[];
}

export type Channel = 'shell' | 'iopub' | 'stdin' | 'control';

export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

export interface Outgoing {
  readonly channel: Channel;
  readonly type: string;
  readonly content: JsonObject;
  readonly metadata?: JsonObject;
  readonly parent?: Partial<MessageHeader>;
  readonly buffers?: readonly Uint8Array[];
}

/** One WebSocket to one kernel that mends itself. Listeners see each message once, also after a reconnect. */
export interface KernelLink {
  readonly kernelId: string;
  /** The `session` in the header of what we send; answers to us carry it as their parent's. */
  readonly session: string;
  /** Sends, or keeps until the socket is back. Returns the new message's `msg_id`. */
  send(message: Outgoing): string;
  /** Returns the function that stops listening. */
  onMessage(listener: (message: KernelMessage) => void): () => void;
  onState(listener: (state: LinkState) => void): () => void;
  /** Stops reading from the socket until the promise settles: the reader is behind. */
  holdUntil(promise: Promise<void>): void;
  close(): void;
}

export type LinkState =
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly reason: string }
  | { readonly state: 'reconnected' }
  /** Given up; the error says why. No message will come any more. */
  | { readonly state: 'lost'; readonly error: Error };

/** What a Jupyter server says of a kernel. */
export interface KernelInfo {
  readonly id: string;
  readonly name: string;
  /** `starting`, `idle`, `busy`, `restarting`, `dead`, as the server spells it. */
  readonly state: string;
  readonly lastActivity: string | null;
  readonly connections: number | null;
}

/** Jupyter's REST API and sockets behind a doorway. Implemented by `jupyter/`. */
export interface KernelServer {
  /** Opens the socket, no HTTP request before it. Throws `SocketRefused` or a `connectionTimeout` failure. */
  connect(doorway: Doorway, kernelId: string, options: ConnectOptions): Promise<KernelLink>;
  /** Null when the server has no such kernel. */
  get(doorway: Doorway, kernelId: string, signal: AbortSignal): Promise<KernelInfo | null>;
  /** `name` null means the server's default kernel. */
  create(doorway: Doorway, name: string | null, signal: AbortSignal): Promise<KernelInfo>;
  /** What kernels of that name speak, as the server spells it (`python`); null when it does not say. */
  language(doorway: Doorway, name: string, signal: AbortSignal): Promise<string | null>;
  remove(doorway: Doorway, kernelId: string, signal: AbortSignal): Promise<void>;
  /** False when the server has no such kernel. */
  interrupt(doorway: Doorway, kernelId: string, signal: AbortSignal): Promise<boolean>;
  restart(doorway: Doorway, kernelId: string, signal: AbortSignal): Promise<boolean>;
  /** False while what is in front of the server says that it is not there yet (502, 503, 504). */
  isUp(doorway: Doorway, signal: AbortSignal): Promise<boolean>;
}

export interface ConnectOptions {
  readonly signal: AbortSignal;
  /** Asked for a fresh way in when a reconnect is refused (an expired token). Null gives up. */
  readonly renew?: (signal: AbortSignal) => Promise<Doorway | null>;
  readonly reconnect: boolean;
}

/** Code for the kernel, with what it may ask of us. */
export interface Cell {
  readonly code: string;
  /** Milliseconds; null for no limit. The kernel is interrupted first and restarted only when that fails. */
  readonly timeout: number | null;
  /** Set for this cell alone; never part of its code. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it runs; the kernel is back in its own folder afterwards. Absent: where the kernel is. */
  readonly folder?: string;
  /** Answers `input()` and `getpass()`; null refuses both with Python's own error. */
  readonly answer: ((prompt: string, password: boolean, signal: AbortSignal) => Promise<string | null>) | null;
  /** Answers what Colab's kernel asks of its client: credentials for Drive, secrets. */
  readonly colab: ColabAnswers;
}

/** Never rejects: what cannot be served is an error for the cell, and silence would hang it. */
export type ColabAnswers = (
  type: string,
  request: JsonObject,
  signal: AbortSignal,
) => Promise<{ readonly data?: unknown } | { readonly error: string }>;

/** How remote code ended. A Python exception or a command's status is an answer, not a failure of ours. */
export type Outcome =
  | { readonly kind: 'ok' }
  /** `sys.exit(n)`, `exit(n)`, or a shell command's own status (128 + n for signal n). */
  | { readonly kind: 'exit'; readonly status: number; readonly signal?: string }
  | {
      readonly kind: 'exception';
      readonly name: string;
      readonly message: string;
      readonly traceback: readonly string[];
    }
  | { readonly kind: 'timeout'; readonly after: number; readonly restarted: boolean }
  | { readonly kind: 'interrupted'; readonly traceback: readonly string[] }
  | { readonly kind: 'died'; readonly reason: string; readonly outOfMemory: boolean };

export interface Execution {
  readonly outcome: Outcome;
  readonly executionCount: number | null;
}

export interface ShellCommand {
  /** A program for the remote shell. */
  readonly command: string;
  readonly timeout: number | null;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string | null;
  /** Null for no input: the command sees the end of file at once. */
  readonly input: AsyncIterable<Uint8Array> | null;
  /** A terminal of this size instead of pipes. */
  readonly terminal: TerminalSize | null;
  readonly onResize?: (listener: (size: TerminalSize) => void) => () => void;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What the remote half measures. Null means it could not be learned; sizes in bytes, shares from 0 to 1. */
export interface Readings {
  readonly gpus: readonly GpuReading[] | null;
  readonly memory: { readonly total: number; readonly used: number; readonly free: number } | null;
  readonly disk: { readonly total: number; readonly used: number; readonly free: number; readonly path: string } | null;
  readonly cpus: number | null;
  /** Load of the last minute. */
  readonly load: number | null;
  /** Seconds since the machine started. */
  readonly uptime: number | null;
  readonly python: string | null;
  readonly folder: string | null;
}

export interface GpuReading {
  readonly name: string;
  readonly memory: { readonly total: number; readonly used: number; readonly free: number } | null;
  readonly utilization: { readonly gpu: number | null; readonly memory: number | null };
  readonly temperature: number | null;
}

/** The calls of the remote half, each over its own comm, side by side. Implemented by `remote/`. */
export interface RemoteHalf {
  /** Starts a command. Output goes to `report` as raw bytes and is acknowledged when `report` has taken it. */
  shell(command: ShellCommand, report: Report): ShellRun;
  readings(signal: AbortSignal): Promise<Readings>;
  readonly files: RemoteFiles;
  /** Connects from the runtime to that place and joins a connection of this machine to it. */
  forward(place: RemotePlace, connection: Connection): Tunnel;
  close(): void;
}

export interface ShellRun {
  /** Rejects with a `webSocketError` failure when the connection is lost for good. */
  readonly outcome: Promise<Outcome>;
  /** Signals the command's whole process group. */
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL'): void;
}

/** A TCP port as the runtime sees it. */
export interface RemotePlace {
  readonly host: string;
  readonly port: number;
}

/** Two connections joined: what one side sends, ends or breaks off, the other gets, in that order. */
export interface Tunnel {
  /** Bytes handed over so far, from here to the runtime and back. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Never rejects. When it resolves neither connection is open any more. */
  readonly ended: Promise<TunnelEnd>;
  /** Breaks both connections off; what was sent here before still arrives there when it is read soon. */
  stop(): void;
}

export type TunnelEnd =
  | { readonly kind: 'closed' }
  | { readonly kind: 'reset' }
  /** The runtime could not connect: nothing listens there, or the place cannot be reached. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The kernel that held the connection is gone (null), or the way to it. */
  | { readonly kind: 'lost'; readonly failure: Failure | null };
