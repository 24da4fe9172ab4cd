import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostFolders } from '../core/host.ts';

/** Where the local runtime keeps what it knows. Folders are 0700 and files 0600. */
export interface LocalFiles {
  readonly folder: string;
  /** Which server runs, and how to reach it: holds its token. */
  readonly record: string;
  readonly log: string;
  /** The private Python environment. */
  readonly venv: string;
  /** Written last into the environment: without it the making was interrupted. */
  readonly venvMark: string;
}

/** `state` is the folder of all else that is kept: a profile has a server of its own. */
export function localFiles(
  folders: Pick<HostFolders, 'config' | 'data'>,
  state = join(folders.config, 'state'),
): LocalFiles {
  const folder = join(state, 'local');
  const venv = join(folders.data, 'local', 'venv');
  return {
    folder,
    record: join(folder, 'runtime.json'),
    log: join(folder, 'server.log'),
    venv,
    venvMark: join(venv, 'complete.json'),
  };
}

/** Writes as a whole or not at all; nobody else on the machine can read it, not even for a moment. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.new`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** The file's text; null when there is none or it cannot be read. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
