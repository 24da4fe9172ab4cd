import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error plain JavaScript
import { assemble } from '../../scripts/binaries/assemble.mjs';
// @ts-expect-error plain JavaScript
import { makeBlob } from '../../scripts/binaries/blob.mjs';
// @ts-expect-error plain JavaScript
import { nodeOf } from '../../scripts/binaries/fetch-part.mjs';
// @ts-expect-error plain JavaScript
import { build } from '../../scripts/build.mjs';
import { CACHE, withLock } from '../../scripts/environment.mjs';

const TARGET = 'linux-x64';
const FOLDER = join(CACHE, 'binaries', 'test');

/** The Node that is in the binary, as a program of its own. The first call on a machine fetches it with npm. */
export const nodeInBinary = (): Promise<string> => nodeOf(TARGET);

/** The blob of the sources as they are, built anew. */
export async function newBlob(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-binary-'));
  try {
    await build(join(folder, 'dist'));
    return await makeBlob({ dist: join(folder, 'dist'), node: await nodeInBinary() });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Hours after which nobody uses a binary of older sources any more: several may be tested in one clone at a time. */
const OLD = 2;

async function removeOld(): Promise<void> {
  for (const name of await readdir(FOLDER).catch(() => [])) {
    const { mtimeMs } = await stat(join(FOLDER, name));
    if (Date.now() - mtimeMs > OLD * 3_600_000) await rm(join(FOLDER, name), { recursive: true });
  }
}

/** All that the binary is made of. Hashing it takes a moment, building it seconds. */
function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const part of ['src', 'scripts', 'package.json', 'package-lock.json']) {
    const names = statSync(part).isFile()
      ? [part]
      : readdirSync(part, { recursive: true }).map(name => join(part, `${name}`));
    for (const name of names.sort()) if (statSync(name).isFile()) hash.update(`${name}\0`).update(readFileSync(name));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The path of the binary for this machine. One of the same sources is taken again. */
export async function singleBinary(): Promise<string> {
  return await withLock(join(CACHE, 'binaries.lock'), async () => {
    const path = join(FOLDER, sourcesHash(), 'lecoder-cgpu');
    if (existsSync(path)) return path;
    await removeOld();
    await assemble({ target: TARGET, blob: await newBlob(), path });
    return path;
  });
}
