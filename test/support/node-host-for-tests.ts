import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/core/host.ts';
import type { Locks } from '../../src/core/services.ts';
import { nodeHost } from '../../src/node-host.ts';
import { locks } from '../../src/store/lock.ts';

/** The real host with folders of the test's own, so that nothing of the user's is read or written. */
export function hostIn(folder: string, env: Readonly<Record<string, string | undefined>> = process.env): Host {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const folders = {
    config: join(folder, 'config'),
    data: join(folder, 'data'),
    home,
    work: home,
    temporary: folder,
  };
  return { ...nodeHost(), env, folders };
}

/** The real locks, where the product keeps them. */
export function locksOf(host: Host): Locks {
  return locks(host, join(host.folders.config, 'state'));
}
