// What goes into the npm package beside what is in the repository: the bundle, and the licences of all that is in it.
// npm runs this before it packs (`prepack`); the test of the package has it put into a folder of its own.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licenceText, packagesIn } from '../binaries/bundled.mjs';
import { build } from '../build.mjs';
import { ROOT } from '../environment.mjs';

const LICENCES = 'THIRD-PARTY-LICENSES.txt';
const MADE = ['dist', LICENCES];

/** Fills `folder` with all that `npm pack` wants there. In the repository that is only what is not in it. */
export async function npmContents(folder = ROOT) {
  if (folder !== ROOT) copySources(folder);
  const metafile = await build(join(folder, 'dist'));
  writeFileSync(join(folder, LICENCES), licenceText(packagesIn(metafile)));
}

function copySources(folder) {
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of ['package.json', ...files].filter(each => !MADE.includes(each))) {
    if (!existsSync(join(ROOT, name))) continue; // made by other steps of a release, or not
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await npmContents();
