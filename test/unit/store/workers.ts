import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Real processes that run `worker.ts`, for tests of what happens between processes. */
export interface Workers {
  /** Starts one; the words are the worker's. */
  start(...words: string[]): Worker;
  stop(): void;
}

export interface Worker {
  readonly process: ChildProcess;
  /** Resolves at the first line it prints. */
  readonly speaks: Promise<string>;
  readonly ended: Promise<{
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

export async function workers(): Promise<Workers> {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-workers-'));
  const script = join(folder, 'worker.mjs');
  await build({
    entryPoints: ['test/unit/store/worker.ts'],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['vitest'],
  });
  const running = new Set<ChildProcess>();
  return {
    start(...words) {
      const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      let stdout = '';
      let stderr = '';
      child.stderr.on('data', chunk => {
        stderr += chunk;
      });
      const speaks = new Promise<string>(resolve => {
        child.stdout.on('data', chunk => {
          stdout += chunk;
          if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
        });
      });
      const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>(resolve => {
        child.once('close', status => {
          running.delete(child);
          resolve({ status, stdout, stderr });
        });
      });
      return { process: child, speaks, ended };
    },
    stop() {
      for (const child of running) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
