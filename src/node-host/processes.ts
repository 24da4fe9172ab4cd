import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { DetachedOptions, Finished, RunOptions } from '../core/host.ts';

/** Runs a program to its end, never through a shell. Does not throw: `error` says why it could not be started. */
export function runProcess(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
      windowsVerbatimArguments: options.verbatim ?? false,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: { ...options.env } }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const stdout = collect(child.stdout, options.onLine);
    const stderr = collect(child.stderr, options.onLine);
    child.once('error', error => resolve({ status: null, stdout: stdout(), stderr: stderr(), error }));
    child.once('close', status => resolve({ status, stdout: stdout(), stderr: stderr() }));
    child.stdin?.on('error', () => {}); // it may end without reading its input
    child.stdin?.end(options.input);
  });
}

/** Gathers a stream as text and calls back for each whole line; the last line without an end counts too. */
function collect(stream: NodeJS.ReadableStream | null, onLine: ((line: string) => void) | undefined): () => string {
  let text = '';
  let line = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    text += chunk;
    if (onLine === undefined) return;
    const parts = (line + chunk).split(/\r?\n/);
    line = parts.pop() ?? '';
    for (const part of parts) onLine(part);
  });
  stream?.on('end', () => {
    if (line !== '') onLine?.(line);
  });
  return () => text;
}

/** Starts a process in a group of its own that outlives us. Rejects when it cannot be started. Returns its id. */
export async function startDetached(
  command: string,
  args: readonly string[],
  options: DetachedOptions,
): Promise<number> {
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...options.env },
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log, log],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return child.pid ?? 0;
  } finally {
    closeSync(log);
  }
}
