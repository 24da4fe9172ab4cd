import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import envPaths from 'env-paths';
import type { Host, HostFolders, HostInput, HostProcesses } from './core/host.ts';
import { configFolder } from './node-host/folders.ts';
import { namingIssuer } from './node-host/name-issuer.ts';
import { streamOutput } from './node-host/output.ts';
import { proxiesSet } from './node-host/proxy.ts';

type Interrupt = Parameters<Parameters<Host['onInterrupt']>[0]>[0];

const { platform } = process;
const stdout = streamOutput({ descriptor: 1, platform, open: () => process.stdout });
const stderr = streamOutput({ descriptor: 2, platform, open: () => process.stderr });

/**
 * Ends the process when all output has been handed over: no forgotten socket or timer keeps the caller waiting. Output
 * that could not be written (a full disk) is an error, whatever else happened.
 */
export async function leave(code: number): Promise<never> {
  process.exitCode = code;
  const fault = await stdout.flushed();
  if (fault !== null) stderr.write(`error: the output could not be written (${fault.message})\n`);
  await stderr.flushed();
  process.exit(fault === null ? code : 1);
}

/** The machine we really run on. This file and `bin.ts` alone say `process`. */
export function nodeHost(): Host {
  const { env, pid } = process;
  const interrupts = new Interrupts();
  return {
    stdin: hostInput(interrupts),
    stdout,
    stderr,
    env,
    folders: hostFolders(),
    platform,
    pid,
    program: { command: process.execPath, args: ownScript() },
    now: () => new Date(),
    monotonic: () => performance.now(),
    uuid: () => crypto.randomUUID(),
    sleep,
    fetch: (url, init) =>
      namingIssuer(url, { env, platform }, async () => {
        if (!proxiesSet(env)) return fetch(url, init);
        return (await import('./node-host/fetch.ts')).fetchThroughProxy(url, init, env);
      }),
    openSocket: async (url, options) => {
      const { openWebSocket } = await import('./node-host/socket.ts');
      return namingIssuer(url, { env, platform }, () => openWebSocket(url, options, env));
    },
    listen: async (port, accept) => (await import('./node-host/listen.ts')).listenOnLoopback(port, accept),
    processes: hostProcesses(),
    system: async () => {
      const { hostSystem } = await import('./node-host/system.ts');
      const user = process.getuid?.() ?? null;
      return hostSystem({ env, platform }, { version: process.versions.node, arch: process.arch, user });
    },
    onInterrupt: listener => interrupts.listen(listener),
    onFault: listener => {
      process.on('uncaughtException', listener);
      return () => process.off('uncaughtException', listener);
    },
  };
}

/** What Node is to be started with to start us again. A single binary is its own script: scripts/binaries/blob.mjs. */
function ownScript(): readonly string[] {
  return process.argv[1] === process.execPath ? [] : process.argv.slice(1, 2);
}

function hostFolders(): HostFolders {
  const home = homedir();
  const work = workFolder(home);
  const { env } = process;
  return {
    config: configFolder({ env, platform, home, work, exists: existsSync }),
    get data() {
      return envPaths('lecoder-cgpu', { suffix: '' }).data;
    },
    // processes are started in it, which fails where it is not
    get home() {
      return existsSync(home) ? home : tmpdir();
    },
    work,
    temporary: tmpdir(),
  };
}

/** The folder we were started in may be gone by now. */
function workFolder(home: string): string {
  try {
    return process.cwd();
  } catch {
    return home;
  }
}

/** The input stream is touched only when somebody reads: opening it costs, and may stop a background job. */
function hostInput(interrupts: Interrupts): HostInput {
  return {
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    async *chunks(signal) {
      const { chunks } = await import('./node-host/input.ts');
      yield* chunks(process.stdin, signal);
    },
    async readLine(prompt, options) {
      const { readLine } = await import('./node-host/input.ts');
      return readLine(
        { stdin: process.stdin, stderr: process.stderr, interrupt: () => interrupts.fire('SIGINT') },
        prompt,
        options,
      );
    },
    async lineEditor(options) {
      const { lineEditor } = await import('./node-host/line-editor.ts');
      const editor = lineEditor({ stdin: process.stdin, stdout: process.stdout }, options);
      const restore = () => editor.close();
      process.once('exit', restore);
      return {
        ...editor,
        close: () => {
          process.off('exit', restore);
          restore();
        },
      };
    },
    rawMode() {
      if (process.stdin.isTTY !== true) return () => {};
      const restore = () => void process.stdin.setRawMode(false);
      process.stdin.setRawMode(true);
      process.once('exit', restore);
      return () => {
        process.off('exit', restore);
        restore();
      };
    },
  };
}

function hostProcesses(): HostProcesses {
  return {
    run: async (command, args, options) =>
      (await import('./node-host/processes.ts')).runProcess(command, args, options),
    startDetached: async (command, args, options) =>
      (await import('./node-host/processes.ts')).startDetached(command, args, options),
    isAlive: pid => signalled(pid, 0),
    kill: (pid, signal, options) => {
      if (options?.group !== true || process.platform === 'win32') return signalled(pid, signal);
      return signalled(-pid, signal) || signalled(pid, signal);
    },
  };
}

/** False when there is no such process; one that belongs to somebody else is alive. */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return signal === 0 && (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Rejects with the signal's reason when aborted. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

class Interrupts {
  readonly #listeners = new Set<(cause: Interrupt) => void>();
  readonly #forward = (cause: NodeJS.Signals) => this.fire(cause as Interrupt);

  fire(cause: Interrupt): void {
    for (const listener of [...this.#listeners]) listener(cause);
  }

  listen(listener: (cause: Interrupt) => void): () => void {
    if (this.#listeners.size === 0) for (const name of SIGNALS) process.on(name, this.#forward);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) for (const name of SIGNALS) process.off(name, this.#forward);
    };
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
