import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Event } from '../../src/core/events.ts';
import type { PullWish, PushWish } from '../../src/core/files.ts';

export const execute = promisify(execFile);

/** A folder that goes away with the test. */
export async function temporary(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'lecoder-files-'));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function hashOf(path: string): Promise<string> {
  const hasher = createHash('sha256');
  for await (const chunk of createReadStream(path)) hasher.update(chunk);
  return hasher.digest('hex');
}

/** What a folder holds: kind, mode, time in seconds, path and target of everything, and the hashes of the files. */
export async function picture(folder: string): Promise<string> {
  const format = '%y %m %P %l\\0';
  const { stdout } = await execute('find', [folder, '-printf', format], { maxBuffer: 1 << 26 });
  const sums = await execute('sh', ['-c', 'find . -type f -exec sha256sum -- {} +', folder], {
    cwd: folder,
    maxBuffer: 1 << 26,
  });
  return [...stdout.split('\0'), ...sums.stdout.split('\n')].sort().join('\n');
}

export function up(sources: readonly string[], target: string, more: Partial<PushWish> = {}): PushWish {
  return { sources, target, resume: true, verify: true, ...more };
}

export function down(sources: readonly string[], target: string, more: Partial<PullWish> = {}): PullWish {
  return { sources, target, resume: true, verify: true, platform: process.platform, ...more };
}

export const quiet = () => {};

/** Calls back once so many bytes are known to be on their way. */
export function whenMoved(bytes: number, act: () => void): (event: Event) => void {
  let done = false;
  return event => {
    if (done || event.type !== 'progress' || event.bytes < bytes) return;
    done = true;
    act();
  };
}

/** Resolves when the file holds so many bytes. Looks again and again: nothing tells of what another process writes. */
export async function whenHolds(path: string, bytes: number): Promise<void> {
  for (;;) {
    const size = await stat(path).then(
      info => info.size,
      () => 0,
    );
    if (size >= bytes) return;
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

/**
 * Root may write anywhere: while this runs, our process is nobody. For other users it changes nothing, and what was
 * made read-only keeps them out.
 */
export async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.('nobody');
  try {
    return await act();
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
}

/** A disk of its own with so many bytes, or null where we may not mount one: only root may, and not in every container. */
export async function smallDisk(bytes: number): Promise<SmallDisk | null> {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return null;
  const path = await mkdtemp(join(tmpdir(), 'lecoder-disk-'));
  const mounted = await execute('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'none', path]).then(
    () => true,
    () => false,
  );
  if (!mounted) {
    await rm(path, { recursive: true });
    return null;
  }
  return {
    path,
    makeReadOnly: async () => void (await execute('mount', ['-o', 'remount,ro', path])),
    async [Symbol.asyncDispose]() {
      await execute('umount', ['-l', path]);
      await rm(path, { recursive: true });
    },
  };
}

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  makeReadOnly(): Promise<void>;
}
