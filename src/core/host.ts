import type { HostSystem } from './host-system.ts';

/** Everything the product asks of the machine it runs on. `node-host.ts` is the real one; tests pass their own. */
export interface Host {
  readonly stdin: HostInput;
  readonly stdout: HostOutput;
  readonly stderr: HostOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folders: HostFolders;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  /** How to start ourselves again, for what must go on after we end. */
  readonly program: { readonly command: string; readonly args: readonly string[] };
  now(): Date;
  /** Milliseconds from an arbitrary start, never going back. */
  monotonic(): number;
  uuid(): string;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  fetch(url: URL, init: RequestInit): Promise<Response>;
  openSocket(url: URL, options: SocketOptions): Promise<Socket>;
  /**
   * Takes TCP connections from programs of this machine alone (127.0.0.1); 0 for any free port. Rejects with
   * `PortRefused`.
   */
  listen(port: number, accept: (connection: Connection) => void): Promise<Listener>;
  readonly processes: HostProcesses;
  /** Loaded at the first call; a check-up alone needs it. */
  system(): Promise<HostSystem>;
  /** Calls back at each Ctrl-C or SIGTERM until the returned function is called. */
  onInterrupt(listener: (cause: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): () => void;
  /** Calls back with an error that nobody caught, until the returned function is called. */
  onFault?(listener: (error: unknown) => void): () => void;
}

export interface HostFolders {
  /** Settings and state, see `docs/reference/files.md`. */
  readonly config: string;
  /** What can be made again: the private Python environment, caches. */
  readonly data: string;
  readonly home: string;
  readonly work: string;
  readonly temporary: string;
}

export interface HostOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Writes at once; false when the reader is behind and `drained` is worth waiting for. */
  write(chunk: string | Uint8Array): boolean;
  drained(): Promise<void>;
  /** Calls back when the reader has gone (EPIPE); nothing more will arrive. */
  onClosed(listener: () => void): () => void;
  onResize(listener: () => void): () => void;
}

export interface HostInput {
  readonly isTerminal: boolean;
  /** Raw bytes until the end or until the signal; reading starts with the first `next`. */
  chunks(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * One line typed at a terminal, without its end; null at end of input. `hidden` shows nothing. Rejects with the
   * signal's reason when aborted.
   */
  readLine(prompt: string, options: { hidden: boolean; signal?: AbortSignal }): Promise<string | null>;
  /** Switches the terminal to raw bytes and back; the returned function restores it. */
  rawMode(): () => void;
  /** Lines typed at a terminal, with editing, history and completion. The terminal is in raw mode until it is closed. */
  lineEditor?(options: EditorOptions): Promise<LineEditor>;
}

export interface EditorOptions {
  /** The newest first. Entries may have several lines. */
  readonly history: readonly string[];
  /** What may stand from `start` to `end` of the line; null for nothing. */
  complete(line: string, cursor: number): Promise<EditorCompletion | null>;
  /** Ctrl-C while no line is being typed, or while one that a program asked for is. */
  onInterrupt(): void;
  /** What the terminal answers to a question that was written to it (`ESC [ ? … letter`); never taken for keys. */
  onReport?(report: string): void;
}

export interface ReadOptions {
  /** Stands in the line already. */
  readonly initial: string;
  /** Whether the arrows and Ctrl-R go through the history, and Ctrl-D ends. */
  readonly history: boolean;
  /** The pieces of the line and their colours; plain when absent. */
  readonly paint?: ((line: string) => readonly PaintedText[]) | null;
}

/** The same colour is the same function. */
export interface PaintedText {
  readonly text: string;
  readonly paint: (text: string) => string;
}

export interface EditorCompletion {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
}

/** What is typed while nobody reads waits for the next to read. */
export interface LineEditor {
  read(prompt: string, options: ReadOptions): Promise<Typed>;
  /** As `HostInput.readLine`. */
  ask(prompt: string, options: { readonly hidden: boolean; readonly signal?: AbortSignal }): Promise<string | null>;
  remember(entry: string): void;
  /** Text between two lines that are read. */
  write(text: string): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

export type Typed =
  | { readonly kind: 'line'; readonly text: string }
  /** Text of several lines was pasted: all but the last line, which is still being edited. */
  | { readonly kind: 'pasted'; readonly lines: readonly string[]; readonly rest: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'end' };

export interface HostProcesses {
  /** Runs to the end, collecting output. Never through a shell. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Starts a process that outlives us, in its own group, with stdout and stderr appended to `logFile`. */
  startDetached(command: string, args: readonly string[], options: DetachedOptions): Promise<number>;
  isAlive(pid: number): boolean;
  /** False when there is no such process. `group` signals the whole process group. */
  kill(pid: number, signal: NodeJS.Signals, options?: { group: boolean }): boolean;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Called with each line of stdout or stderr as it comes. */
  readonly onLine?: (line: string) => void;
  /** On Windows the arguments are passed on as they stand: `cmd` has its own idea of quotes. */
  readonly verbatim?: boolean;
}

export interface DetachedOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
}

export interface Finished {
  /** Null when the command could not be started (`error` says why) or was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly error?: Error;
}

export interface SocketOptions {
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds to wait for the upgrade. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

export interface Listener {
  readonly port: number;
  /** Takes no more connections; those that are open stay. */
  close(): void;
}

/** A TCP connection that was accepted. Each direction has its own end. */
export interface Connection {
  /** Bytes until the other side's end. Rejects when the connection breaks off. Reading starts with the first `next`. */
  chunks(): AsyncIterable<Uint8Array>;
  /** False when the reader is behind and `drained` is worth waiting for. */
  write(chunk: Uint8Array): boolean;
  /** Also resolves when the connection is gone. */
  drained(): Promise<void>;
  /** Says that no more will be written. */
  end(): void;
  /** Breaks the connection off, so that the other side does not take it for a proper end. */
  reset(): void;
  /** Calls back when nothing can go either way any more. */
  onClosed(listener: () => void): void;
}

/** There is no listening on that port: another program does, or the system forbids it. */
export class PortRefused extends Error {
  override readonly name = 'PortRefused';
  readonly reason: 'busy' | 'forbidden';
  constructor(port: number, reason: 'busy' | 'forbidden') {
    super(`port ${port} is ${reason === 'busy' ? 'in use by another program' : 'not open to this user'}`);
    this.reason = reason;
  }
}

/** An open WebSocket. `openSocket` rejects with `SocketRefused` when the server answered something else than 101. */
export interface Socket {
  readonly protocol: string;
  send(data: string | Uint8Array): void;
  /** Bytes handed to `send` and not yet taken by the network. */
  readonly backlog: number;
  ping(): void;
  /** Sends an empty, unasked-for pong: a few bytes that carry TCP's acknowledgement and want no answer. */
  nudge(): void;
  pause(): void;
  resume(): void;
  close(code?: number): void;
  /** Cuts the connection without the closing handshake. */
  terminate(): void;
  onMessage(listener: (data: string | Uint8Array) => void): void;
  onPong(listener: () => void): void;
  onClose(listener: (code: number, reason: string) => void): void;
}

export class SocketRefused extends Error {
  override readonly name = 'SocketRefused';
  /** The HTTP status instead of 101. */
  readonly status: number;
  constructor(status: number) {
    super(`the server answered ${status} to the WebSocket upgrade`);
    this.status = status;
  }
}

/** The server speaks no subprotocol we offered; asking again without one works. */
export class SubprotocolRefused extends Error {
  override readonly name = 'SubprotocolRefused';
}
