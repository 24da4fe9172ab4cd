import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, type HttpHost } from '../http/request.ts';
import { type LocalFiles, readIfThere } from './files.ts';
import { doorwayTo } from './record.ts';
import { configIn, serverInfo } from './server-info.ts';

/** Longer than a start may take. */
const SETTLED = 90_000;

/**
 * Ends servers whose start was cut off before anybody could write down that they run, and removes their files. Call it
 * under the lock, when no server is recorded. Never throws: what cannot be swept now is swept next time.
 */
export async function sweep(host: HttpHost, files: LocalFiles, now: Date, signal: AbortSignal): Promise<void> {
  const names = await readdir(files.folder).catch(() => []);
  for (const name of names.filter(entry => /^local-[0-9a-f]{8}$/.test(entry))) {
    const folder = join(files.folder, name);
    const info = await serverInfo(folder);
    const token = tokenIn(await readIfThere(configIn(folder)));
    if (info !== null && token !== null) {
      const doorway = doorwayTo({ url: info.url, token });
      await ask(host, doorway, { method: 'POST', path: 'api/shutdown', signal, timeout: 5000 }).catch(() => null);
    } else if (await isYoung(folder, now)) {
      continue; // Its process may still be on its way up, and cannot be reached yet.
    }
    signal.throwIfAborted();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
  }
}

async function isYoung(folder: string, now: Date): Promise<boolean> {
  const made = await stat(folder).then(
    found => found.mtimeMs,
    () => 0,
  );
  return now.getTime() - made < SETTLED;
}

function tokenIn(config: string | null): string | null {
  try {
    const { IdentityProvider } = JSON.parse(config ?? '') as { IdentityProvider?: { token?: unknown } };
    return typeof IdentityProvider?.token === 'string' ? IdentityProvider.token : null;
  } catch {
    return null;
  }
}
