import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Host, HostInput, HostOutput, HostProcesses } from '../../src/core/host.ts';
import { fetchThroughProxy } from '../../src/node-host/fetch.ts';
import { listenOnLoopback } from '../../src/node-host/listen.ts';
import { runProcess, startDetached } from '../../src/node-host/processes.ts';
import { openWebSocket } from '../../src/node-host/socket.ts';
import { hostSystem } from '../../src/node-host/system.ts';

export interface TestHostOptions {
  readonly env?: Record<string, string>;
  /** Bytes waiting on stdin; null for a terminal at which nobody types. */
  readonly stdin?: string | Uint8Array | null;
  /** Lines typed at the terminal, in order. */
  readonly typed?: readonly string[];
  /** Columns of a terminal on both outputs; null for pipes. */
  readonly columns?: number | null;
  /** The real clock, network and processes instead of a fixed clock and refusals. */
  readonly real?: boolean;
  readonly platform?: NodeJS.Platform;
  /** Answers requests; anything it does not answer is refused. */
  readonly fetch?: (url: URL, init: RequestInit) => Promise<Response> | undefined;
  /** Folder to live in; a new temporary one that is removed after the test otherwise. */
  readonly folder?: string;
}

export interface TestHost extends Host {
  readonly folder: string;
  readonly stdout: MemoryOutput;
  readonly stderr: MemoryOutput;
  /** Sends Ctrl-C or its kin to whoever listens; returns how many did. */
  interrupt(cause: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): number;
  /** An error that nobody caught. */
  fault(error: unknown): void;
}

export const FIXED_NOW = new Date('2026-01-02T03:04:05.000Z');

/** A machine in memory: fixed clock, numbered ids, a folder of its own, and no way out that the test did not open. */
export function testHost(options: TestHostOptions = {}): TestHost {
  const folder = options.folder ?? temporaryFolder();
  const listeners = new Set<(cause: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void>();
  const faults = new Set<(error: unknown) => void>();
  let ids = 0;
  const real = options.real ?? false;
  return {
    folder,
    stdin: memoryInput(options),
    stdout: new MemoryOutput(options.columns ?? null),
    stderr: new MemoryOutput(options.columns ?? null),
    env: options.env ?? {},
    folders: {
      config: join(folder, 'config'),
      data: join(folder, 'data'),
      home: folder,
      work: folder,
      temporary: folder,
    },
    platform: options.platform ?? process.platform,
    pid: process.pid,
    program: { command: process.execPath, args: [join(process.cwd(), 'dist', 'lecoder-cgpu.cjs')] },
    now: () => (real ? new Date() : FIXED_NOW),
    monotonic: () => (real ? performance.now() : 0),
    uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    sleep: wait,
    fetch: async (url, init) => {
      const planned = options.fetch?.(url, init);
      if (planned !== undefined) return planned;
      if (real) return fetchThroughProxy(url, init, {});
      throw new Error(`nobody planned a request to ${url.href}`);
    },
    openSocket: async (url, socketOptions) => {
      if (real) return openWebSocket(url, socketOptions, {});
      throw new Error(`nobody planned a socket to ${url.href}`);
    },
    listen: async (port, accept) => {
      if (real) return listenOnLoopback(port, accept);
      throw new Error(`nobody planned to listen on port ${port}`);
    },
    processes: real ? realProcesses : refusedProcesses,
    system: async () => {
      const system = hostSystem(
        { env: {}, platform: process.platform },
        { version: '22.0.0', arch: 'x64', user: process.getuid?.() ?? null },
      );
      return real ? system : { ...system, lookUp: refusedWay, reach: refusedWay };
    },
    onInterrupt: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onFault: listener => {
      faults.add(listener);
      return () => faults.delete(listener);
    },
    fault: error => {
      for (const listener of [...faults]) listener(error);
    },
    interrupt: cause => {
      const heard = [...listeners];
      for (const listener of heard) listener(cause);
      return heard.length;
    },
  };
}

/** What was written, and a reader that can fall behind or go away. */
export class MemoryOutput implements HostOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows = 24;
  readonly chunks: Uint8Array[] = [];
  /** Set to make `write` say that the reader is behind. */
  behind = false;
  readonly #closed = new Set<() => void>();
  readonly #drained = new Set<() => void>();
  readonly #resized = new Set<() => void>();

  constructor(columns: number | null) {
    this.isTerminal = columns !== null;
    this.columns = columns ?? 80;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  write(chunk: string | Uint8Array): boolean {
    this.chunks.push(Buffer.from(chunk as string));
    return !this.behind;
  }

  drained(): Promise<void> {
    return this.behind ? new Promise(resolve => this.#drained.add(resolve)) : Promise.resolve();
  }

  onClosed(listener: () => void): () => void {
    this.#closed.add(listener);
    return () => this.#closed.delete(listener);
  }

  onResize(listener: () => void): () => void {
    this.#resized.add(listener);
    return () => this.#resized.delete(listener);
  }

  /** The reader has caught up. */
  drain(): void {
    this.behind = false;
    for (const listener of this.#drained) listener();
    this.#drained.clear();
  }

  /** The reader has gone. */
  close(): void {
    for (const listener of this.#closed) listener();
  }
}

function memoryInput({ stdin = null, typed = [] }: TestHostOptions): HostInput {
  const lines = [...typed];
  return {
    isTerminal: stdin === null,
    async *chunks() {
      if (stdin !== null && stdin.length > 0) yield Buffer.from(stdin as string);
    },
    readLine: async () => lines.shift() ?? null,
    rawMode: () => () => {},
  };
}

function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

const realProcesses: HostProcesses = {
  run: runProcess,
  startDetached,
  isAlive: pid => signalled(pid, 0),
  kill: (pid, signal, options) => signalled(options?.group ? -pid : pid, signal),
};

const refusedProcesses: HostProcesses = {
  run: async command => ({
    status: null,
    stdout: '',
    stderr: '',
    error: new Error(`nobody planned to run ${command}`),
  }),
  startDetached: async command => {
    throw new Error(`nobody planned to start ${command}`);
  },
  isAlive: () => false,
  kill: () => false,
};

async function refusedWay(to: string | URL): Promise<never> {
  throw new Error(`nobody planned a way to ${to}`);
}

function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
