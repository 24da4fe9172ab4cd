// A .deb package, made by dpkg-deb.

import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../environment.mjs';
import { run, StepFailed } from '../steps.mjs';
import { fileName, HOMEPAGE, LINUX_VERSION, LONG, MAINTAINER, NAME, REPOSITORY, SUMMARY } from './describe.mjs';
import { gzipped, LAYOUTS, writeTree } from './linux-tree.mjs';

const ARCHITECTURES = { 'linux-x64': 'amd64', 'linux-arm64': 'arm64' };

/** Writes the package of a target into `out` and returns its name. */
export async function makeDeb({ target, program, out, time, ...parts }) {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-deb-'));
  const name = fileName(target, 'deb');
  try {
    const root = join(folder, 'root');
    const put = writeTree(root, { program, layout: LAYOUTS.deb, ...parts });
    put(`${LAYOUTS.deb.doc}/copyright`, copyright());
    put(`${LAYOUTS.deb.doc}/changelog.Debian.gz`, gzipped(changelog(time)));
    put(`usr/share/lintian/overrides/${NAME}`, OVERRIDES);
    const files = filesUnder(join(root, 'usr')).sort();
    const kib = Math.ceil(files.reduce((sum, path) => sum + statSync(path).size, 0) / 1024);
    mkdirSync(join(root, 'DEBIAN'), { mode: 0o755 });
    writeFileSync(join(root, 'DEBIAN', 'control'), control(ARCHITECTURES[target], kib));
    writeFileSync(
      join(root, 'DEBIAN', 'md5sums'),
      files.map(path => `${md5(path)}  ${relative(root, path)}\n`).join(''),
    );
    for (const path of everythingUnder(root)) utimesSync(path, time, time);
    const made = join(folder, name);
    // One thread: with more the packed bytes depend on how many there are.
    const args = ['--root-owner-group', '-Zxz', '--threads-max=1', '--build', root, made];
    const { status, output, error } = await run('dpkg-deb', args, {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(time) },
    });
    if (status !== 0)
      throw new StepFailed(`dpkg-deb ended with ${status ?? error?.message}`, output, ['`apt install dpkg-dev`']);
    renameOrCopy(made, join(out, name));
    return name;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function control(architecture, kib) {
  const fields = {
    Package: NAME,
    Version: `${LINUX_VERSION}-1`,
    Architecture: architecture,
    Maintainer: MAINTAINER,
    'Installed-Size': kib,
    // What Node's own builds need.
    Depends: 'libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 8)',
    Recommends: 'ca-certificates',
    Suggests: 'python3-venv',
    Section: 'utils',
    Priority: 'optional',
    Homepage: HOMEPAGE,
    Description: [debSummary(), ...LONG].join('\n '),
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** Short, and not beginning with the name or a capital article. */
const debSummary = () => SUMMARY.slice(0, SUMMARY.indexOf(',')).replace(/^Run/, 'run');

function changelog(time) {
  const date = new Date(time * 1000).toUTCString().replace('GMT', '+0000');
  return `${NAME} (${LINUX_VERSION}-1) unstable; urgency=medium

  * See ${REPOSITORY}/blob/main/CHANGELOG.md

 -- ${MAINTAINER}  ${date}
`;
}

function copyright() {
  const licence = readFileSync(join(ROOT, 'LICENSE'), 'utf8')
    .trim()
    .split('\n')
    .map(line => (line.trim() === '' ? ' .' : ` ${line}`))
    .join('\n');
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${NAME}
Source: ${REPOSITORY}
Comment: The program holds Node.js and other software; their licences are in
 /usr/share/doc/${NAME}/THIRD-PARTY-LICENSES.txt.gz

Files: *
Copyright: the authors of lecoder-cgpu
License: Expat

License: Expat
${licence}
`;
}

/** Node is in the program, as its makers built it. */
const OVERRIDES = `${NAME}: embedded-library *
${NAME}: unstripped-binary-or-object *
${NAME}: hardening-no-pie *
${NAME}: shared-library-lacks-prerequisites *
`;

const md5 = path => createHash('md5').update(readFileSync(path)).digest('hex');

function everythingUnder(folder) {
  return [folder, ...readdirSync(folder, { recursive: true }).map(name => join(folder, name))];
}

const filesUnder = folder => everythingUnder(folder).filter(path => statSync(path).isFile());

export function renameOrCopy(from, to) {
  try {
    renameSync(from, to);
  } catch {
    writeFileSync(to, readFileSync(from)); // another file system
  }
}
