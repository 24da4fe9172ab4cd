// `npm run binaries`: programs for people who have no Node, for all five platforms, from the npm registry alone.
// `--only <target>` makes one of them (may be repeated), `--out <folder>` says where, `release/` when it does not.
// `--no-archives` leaves out what only a release needs. How and why: docs/decisions/0009-single-binaries.md.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPackages, ROOT } from './environment.mjs';
import { Missing, step, tell } from './steps.mjs';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await binaries(readOptions());
  } catch (error) {
    tell(error);
    process.exitCode = error instanceof Missing ? 2 : 1;
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        out: { type: 'string', default: join(ROOT, 'release') },
        archives: { type: 'boolean', default: true },
      },
      allowNegative: true,
    });
    return { targets: values.only, out: resolve(values.out), archives: values.archives };
  } catch (error) {
    throw new Missing(error.message, ['options: `--only <target>`, `--out <folder>`, `--no-archives`']);
  }
}

/** Makes the programs and, with `archives`, what a release consists of. Returns the paths of the programs. */
export async function binaries({ targets, out, archives = false }) {
  await installPackages(ROOT);
  const { programName, TARGETS } = await import('./binaries/parts.mjs');
  const { assemble } = await import('./binaries/assemble.mjs');
  const wanted = targets ?? Object.keys(TARGETS);
  const unknown = wanted.find(target => !(target in TARGETS));
  if (unknown !== undefined)
    throw new Missing(`there is no target ${unknown}`, [`targets: ${Object.keys(TARGETS).join(', ')}`]);
  const { blob, packages } = await makeOurPart();
  const programs = new Map();
  for (const target of wanted) {
    const path = join(out, target, programName(target));
    await step(`Making ${target}`, () => assemble({ target, blob, path }));
    programs.set(target, path);
  }
  if (archives) await step('Packing', () => pack({ programs, packages, out }));
  return programs;
}

/** The blob, which is the same for all, and the packages that are in it. */
async function makeOurPart() {
  const { hostTarget } = await import('./binaries/parts.mjs');
  const host = hostTarget();
  if (host === null)
    throw new Missing(`binaries cannot be made on ${process.platform} ${process.arch}`, ['make them on Linux']);
  const { build } = await import('./build.mjs');
  const { makeBlob } = await import('./binaries/blob.mjs');
  const { packagesIn } = await import('./binaries/bundled.mjs');
  const { nodeOf } = await import('./binaries/fetch-part.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-binaries-'));
  try {
    const dist = join(folder, 'dist');
    const metafile = await step('Building', () => build(dist));
    const node = await nodeOf(host);
    return { blob: await step('Making the blob', () => makeBlob({ dist, node })), packages: packagesIn(metafile) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Archives to download, what is in them, and the sums of all. */
async function pack({ programs, packages, out }) {
  const { tarGz, zip } = await import('./binaries/archive.mjs');
  const { billOfMaterials, licenceText, texts } = await import('./binaries/bundled.mjs');
  const { nodeLicence } = await import('./binaries/fetch-part.mjs');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const licences = Buffer.from(licenceText(packages, readFileSync(await nodeLicence(), 'utf8')));
  const beside = [...texts(), { name: 'THIRD-PARTY-LICENSES.txt', content: licences, runs: false }];
  mkdirSync(out, { recursive: true });
  const made = [];
  for (const [target, path] of programs) {
    const files = [{ name: basename(path), content: readFileSync(path), runs: true }, ...beside];
    const [archive, ending] = target.startsWith('win-') ? [zip(files), 'zip'] : [tarGz(files), 'tar.gz'];
    made.push(put(out, `lecoder-cgpu-${version}-${target}.${ending}`, archive));
  }
  for (const [form, name] of [
    ['cyclonedx', 'cdx'],
    ['spdx', 'spdx'],
  ]) {
    const bill = await billOfMaterials(form, packages);
    made.push(put(out, `lecoder-cgpu-sbom.${name}.json`, `${JSON.stringify(bill, null, 2)}\n`));
  }
  put(out, 'SHA256SUMS', made.map(name => `${sha256(join(out, name))}  ${name}\n`).join(''));
}

function put(folder, name, content) {
  writeFileSync(join(folder, name), content);
  return name;
}

function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
