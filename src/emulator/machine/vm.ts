import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Accelerator } from '../accelerators.ts';
import { machineEnv } from './environment.ts';
import { furnish, type MachineFolders, machineFolders } from './folders.ts';

/** The real Jupyter server behind an imitated machine. */
export interface Vm {
  readonly folders: MachineFolders;
  readonly env: Readonly<Record<string, string>>;
  readonly python: string;
  /** The server's own token: nobody outside learns it. */
  readonly token: string;
  /** Port of the server once it listens; starts it at the first call. Rejects when it does not come up. */
  ready(): Promise<number>;
  /** Starts the shared shell's process. */
  terminal(): ChildProcess;
  /** Resolves when its files are there. */
  readonly furnished: Promise<void>;
  /** Has a kernel's process killed; false when there is no server. */
  kill(kernelId: string): boolean;
  /** Ends it with all its kernels, at once, and removes its files. */
  stop(): Promise<void>;
}

export interface VmPlan {
  readonly python: string;
  readonly folder: string;
  readonly accelerator: Accelerator;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const ENDS_WITHIN = 5000;

export function startVm({ python, folder, accelerator, env }: VmPlan): Vm {
  const folders = machineFolders(folder);
  const token = randomBytes(32).toString('hex');
  const own = machineEnv(env, python, folders, accelerator);
  let child: ChildProcess | null = null;
  let stopped = false;
  const furnished = furnish(folders, { python, accelerator, token });
  furnished.catch(() => {}); // whoever asks for the server is told
  let ready: Promise<number> | null = null;
  const start = async (): Promise<number> => {
    await furnished;
    if (stopped) throw new Error('the machine was given back while it started');
    child = launch(python, folders, own);
    return firstLine(child, folders.log);
  };
  return {
    folders,
    env: own,
    python,
    token,
    furnished,
    ready() {
      ready ??= start();
      ready.catch(() => {});
      return ready;
    },
    terminal: () =>
      spawn(python, [folders.terminal], {
        cwd: folders.content,
        env: { ...own, TERM: 'xterm-256color' },
        detached: true,
        stdio: ['pipe', 'pipe', 'ignore'],
      }),
    kill: id => child?.stdin?.write(`${id}\n`) ?? false,
    async stop() {
      stopped = true;
      await furnished.catch(() => {});
      if (child !== null) await end(child);
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** In a group of its own, so that Ctrl-C at our terminal is ours alone. It ends when our end of its stdin is closed. */
function launch(python: string, at: MachineFolders, env: Readonly<Record<string, string>>): ChildProcess {
  const log = openSync(at.log, 'a', 0o600);
  try {
    return spawn(python, [at.launcher], {
      cwd: at.root,
      env: { ...env },
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'pipe', log],
    });
  } finally {
    closeSync(log);
  }
}

function firstLine(child: ChildProcess, log: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdin?.on('error', () => {});
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`the Jupyter server ended with ${code}: see ${log}`)));
    child.stdout?.setEncoding('utf8');
    child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0) return;
      const { port } = JSON.parse(text.slice(0, end)) as { port: number };
      resolve(port);
    });
  });
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.stdin?.end();
  const late = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN);
  await gone;
  clearTimeout(late);
}
