// `npm run packages`: what package managers take, made of what `npm run binaries` left in `release/`: .deb and .rpm for
// Linux, and the manifests of Homebrew, Scoop and Chocolatey, which name the archives and their sums. `--only deb|rpm|manifests`
// makes one kind (may be repeated), `--target linux-x64` packages for one processor, `--from <folder>` takes another folder.
// How and why: docs/releasing.md.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPackages, ROOT } from './environment.mjs';
import { Missing, step, tell } from './steps.mjs';

const KINDS = ['deb', 'rpm', 'manifests'];
const TARGETS = ['linux-x64', 'linux-arm64'];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await packages(readOptions());
  } catch (error) {
    tell(error);
    process.exitCode = error instanceof Missing ? 2 : 1;
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: KINDS },
        target: { type: 'string', multiple: true, default: TARGETS },
        from: { type: 'string', default: join(ROOT, 'release') },
      },
    });
    const unknown = [
      ...values.only.filter(each => !KINDS.includes(each)),
      ...values.target.filter(each => !TARGETS.includes(each)),
    ];
    if (unknown.length > 0) throw new Error(`there is no ${unknown[0]}`);
    return { kinds: values.only, targets: values.target, from: resolve(values.from) };
  } catch (error) {
    throw new Missing(error.message, [
      'options: `--only deb|rpm|manifests`, `--target linux-x64|linux-arm64`, `--from <folder>`',
    ]);
  }
}

/** Makes packages beside the archives, and adds their sums to `SHA256SUMS`. Returns their names. */
export async function packages({ kinds, targets, from }) {
  await installPackages(ROOT);
  const made = [];
  if (kinds.some(kind => kind !== 'manifests')) made.push(...(await linuxPackages({ kinds, targets, from })));
  if (kinds.includes('manifests')) {
    const { manifests } = await import('./packages/manifests.mjs');
    for (const [path, text] of manifests(readSums(from))) {
      mkdirSync(dirname(join(from, path)), { recursive: true });
      writeFileSync(join(from, path), text);
    }
    for (const name of ['install.sh', 'install.ps1']) {
      copyFileSync(join(ROOT, name), join(from, name));
      made.push(name);
    }
  }
  addSums(from, made);
  return made;
}

async function linuxPackages({ kinds, targets, from }) {
  const [{ completionScripts }, { makeDeb }, { makeRpm }, { sourceTime }] = await Promise.all([
    import('./packages/linux-tree.mjs'),
    import('./packages/deb.mjs'),
    import('./packages/rpm.mjs'),
    import('./packages/describe.mjs'),
  ]);
  const { licenceText, packagesIn } = await import('./binaries/bundled.mjs');
  const { nodeLicence } = await import('./binaries/fetch-part.mjs');
  const { metafile, completions } = await step('Making completions', completionScripts);
  const licences = licenceText(packagesIn(metafile), readFileSync(await nodeLicence(), 'utf8'));
  const makers = { deb: makeDeb, rpm: makeRpm };
  const made = [];
  for (const target of targets) {
    const program = join(from, target, 'lecoder-cgpu');
    if (!existsSync(program)) throw new Missing(`${program} is not there`, ['make it first: `npm run binaries`']);
    for (const kind of kinds.filter(each => each in makers)) {
      const parts = { target, program, out: from, time: sourceTime(), completions, licences };
      made.push(await step(`Making ${target} ${kind}`, () => makers[kind](parts)));
    }
  }
  return made;
}

function readSums(folder) {
  const path = join(folder, 'SHA256SUMS');
  if (!existsSync(path)) throw new Missing(`${path} is not there`, ['make it first: `npm run binaries`']);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return new Map(lines.map(line => [line.slice(66), line.slice(0, 64)]));
}

function addSums(folder, names) {
  const sums = existsSync(join(folder, 'SHA256SUMS')) ? readSums(folder) : new Map();
  for (const name of names)
    sums.set(
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    );
  writeFileSync(join(folder, 'SHA256SUMS'), [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join(''));
}
