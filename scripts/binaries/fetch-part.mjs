// Fetches a pinned package with npm, which knows the registry, the proxy and the certificates of this machine, and takes
// single files out of it.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CACHE } from '../environment.mjs';
import { Missing, npm, run, StepFailed, step } from '../steps.mjs';
import { INJECTOR, NODE_VERSION, TARGETS } from './parts.mjs';

const PARTS = join(CACHE, 'binaries');
/** Taken along with whatever is asked for. */
const LICENCE = 'LICENSE';

/** The path of the platform's Node; fetched when it is not there. */
export async function nodeOf(target) {
  return await fetchPart({ ...TARGETS[target], version: NODE_VERSION });
}

/** The path of Node's licence and of those that it holds. The Windows package has none, but the text is the same. */
export async function nodeLicence() {
  return await fetchPart({ ...TARGETS['linux-x64'], version: NODE_VERSION, file: LICENCE });
}

export async function injector() {
  return await fetchPart(INJECTOR);
}

/**
 * The path of one file of a package. A file is cached under the hash of the package it came from, so another pin is
 * another file. Throws `Missing` when the registry cannot be reached, or when what it sent is not what is pinned.
 */
export async function fetchPart({ package: name, version, file, integrity }) {
  const key = createHash('sha256').update(integrity).digest('hex').slice(0, 12);
  const folder = join(PARTS, `${name}-${version}-${key}`);
  const path = join(folder, file);
  if (existsSync(path)) return path;
  const archive = await step(`Fetching ${name}@${version}`, () => packed(`${name}@${version}`));
  const found = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  if (found !== integrity)
    throw new Missing(`${name}@${version} is not what is pinned`, [`pinned: ${integrity}`, `found:  ${found}`]);
  const tar = gunzipSync(archive);
  for (const name of [LICENCE, file]) {
    const content = fileIn(tar, `package/${name}`);
    if (content !== null) writeAtomically(join(folder, name), content);
  }
  if (!existsSync(path)) throw new Missing(`${name}@${version} has no ${file}`);
  return path;
}

function writeAtomically(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, content);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, path);
}

/** The bytes of the archive that the registry has under this name. */
async function packed(wish) {
  mkdirSync(PARTS, { recursive: true });
  const folder = mkdtempSync(join(PARTS, 'fetch-'));
  try {
    const { command, args } = npm(['pack', wish, '--pack-destination', folder, '--silent', '--ignore-scripts']);
    const { status, output } = await run(command, args, { cwd: folder });
    const name = readdirSync(folder).find(each => each.endsWith('.tgz'));
    if (status !== 0 || name === undefined)
      throw new StepFailed(`\`npm pack ${wish}\` ended with ${status}`, output, [
        'No way to the registry? `npm config get registry` shows which one is asked; `HTTPS_PROXY` names a proxy',
      ]);
    return readFileSync(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const BLOCK = 512;

/** One file of a tar archive, or null. */
export function fileIn(tar, wanted) {
  const text = (from, length) => tar.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const prefix = text(at + 345, 155);
    const name = prefix === '' ? text(at, 100) : `${prefix}/${text(at, 100)}`;
    const size = Number.parseInt(text(at + 124, 12), 8);
    if (name === wanted) return tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}
