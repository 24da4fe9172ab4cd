import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from './files.ts';

export function configIn(folder: string): string {
  return join(folder, 'config.json');
}

/** Jupyter's runtime folder: it holds the server's own account of itself and its kernels' connection files. */
export function runtimeIn(folder: string): string {
  return join(folder, 'run');
}

export interface ServerInfo {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
}

/** What the server with that folder says of itself; null before it is up. */
export async function serverInfo(folder: string): Promise<ServerInfo | null> {
  const runtime = runtimeIn(folder);
  const names = await readdir(runtime).catch(() => []);
  const name = names.find(entry => /^jpserver-\d+\.json$/.test(entry));
  const text = name === undefined ? null : await readIfThere(join(runtime, name));
  if (text === null) return null;
  try {
    const { pid, url, version } = JSON.parse(text) as Partial<ServerInfo>;
    return typeof pid === 'number' && typeof url === 'string' ? { pid, url, version: String(version) } : null;
  } catch {
    return null; // Half written: the next look finds it whole.
  }
}
