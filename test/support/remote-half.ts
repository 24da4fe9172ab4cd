import { createHash } from 'node:crypto';
import type { KernelLink, Outcome, RemoteHalf, ShellCommand, ShellRun } from '../../src/core/execution.ts';
import type { Doorway } from '../../src/core/runtime.ts';
import { kernelServer } from '../../src/jupyter/kernel-server.ts';
import { nodeHost } from '../../src/node-host.ts';
import { openRemoteHalf, type RemoteHalfOptions } from '../../src/remote/open-remote-half.ts';
import type { TcpProxy } from './tcp-proxy.ts';

const kernels = kernelServer(nodeHost());
const never = new AbortController().signal;

export async function startKernel(doorway: Doorway): Promise<string> {
  return (await kernels.create(doorway, null, never)).id;
}

export interface OpenHalf extends AsyncDisposable {
  readonly link: KernelLink;
  readonly half: RemoteHalf;
}

/** A link of its own to the kernel, and the remote half over it. */
export async function openHalf(doorway: Doorway, kernelId: string, options: RemoteHalfOptions = {}): Promise<OpenHalf> {
  const link = await kernels.connect(doorway, kernelId, { signal: never, reconnect: true });
  const half = openRemoteHalf(link, options);
  return {
    link,
    half,
    async [Symbol.asyncDispose]() {
      half.close();
      link.close();
    },
  };
}

export function viaProxy(doorway: Doorway, proxy: TcpProxy): Doorway {
  return { ...doorway, http: proxy.through(doorway.http), ws: proxy.through(doorway.ws) };
}

export function shell(command: string, more: Partial<ShellCommand> = {}): ShellCommand {
  return { command, timeout: null, env: {}, folder: null, input: null, terminal: null, ...more };
}

/** What a command wrote, kept as bytes. */
export interface Written {
  readonly outcome: Outcome;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export async function run(half: RemoteHalf, command: string, more: Partial<ShellCommand> = {}): Promise<Written> {
  return watch(half, command, more).written;
}

/** A command under way: resolves `first` when output has come, `written` when it has ended. */
export interface Watched {
  readonly run: ShellRun;
  readonly first: Promise<void>;
  readonly written: Promise<Written>;
  /** Resolves when stdout holds the text. */
  until(text: string): Promise<void>;
  /** What stdout holds by now. */
  text(): string;
}

export function watch(half: RemoteHalf, command: string, more: Partial<ShellCommand> = {}): Watched {
  const parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const waiting = new Set<() => void>();
  const text = () => Buffer.concat(parts.stdout).toString();
  const running = half.shell(shell(command, more), event => {
    if (event.type === 'output' && typeof event.data !== 'string') parts[event.stream].push(event.data);
    for (const look of waiting) look();
  });
  const when = (true_: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (true_()) resolve();
      };
      waiting.add(look);
      running.outcome.then(() => reject(new Error(`ended before that`)), reject);
      look();
    });
  const first = when(() => parts.stdout.length + parts.stderr.length > 0);
  first.catch(() => {});
  const written = running.outcome.then(outcome => ({
    outcome,
    stdout: Buffer.concat(parts.stdout),
    stderr: Buffer.concat(parts.stderr),
  }));
  written.catch(() => {});
  return { text, run: running, first, written, until: wanted => when(() => text().includes(wanted)) };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size);
}
