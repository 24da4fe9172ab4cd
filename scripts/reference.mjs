// Writes docs/reference, man and the agent kit from the data the program itself runs on: commands, failures, variables,
// schemas. With `--check` it writes nothing and fails, naming the files, when they are not up to date.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agentKit } from './reference/agent-kit.mjs';
import { loadData, ROOT } from './reference/data.mjs';
import { manPages } from './reference/man.mjs';
import { pages } from './reference/pages.mjs';
import { troublePage } from './reference/trouble.mjs';

/** Folders in which every file is written here; what else lies there is left over. */
const OWNED = ['docs/reference', 'man'];

/** Every file's text by its path below the repository. */
export async function written() {
  const data = await loadData();
  const manual = await manPages(data);
  const below = (folder, files) => [...files].map(([name, text]) => [`${folder}/${name}`, text]);
  return new Map([
    ...below('docs/reference', await pages(data)),
    ['docs/troubleshooting.md', troublePage(data)],
    ...below('man', manual),
    ...agentKit(data),
    ['package.json', await withManual([...manual.keys()])],
  ]);
}

/** npm puts those manual pages in place that the package names one by one. */
async function withManual(names) {
  const about = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  return `${JSON.stringify({ ...about, man: names.map(name => `man/${name}`) }, null, 2)}\n`;
}

async function leftOver(wanted) {
  const found = await Promise.all(
    OWNED.map(async folder => (await readdir(join(ROOT, folder)).catch(() => [])).map(name => `${folder}/${name}`)),
  );
  return found.flat().filter(path => !wanted.has(path));
}

async function main() {
  const wanted = await written();
  const old = await leftOver(wanted);
  if (!process.argv.includes('--check')) {
    for (const [path, text] of wanted) {
      await mkdir(dirname(join(ROOT, path)), { recursive: true });
      await writeFile(join(ROOT, path), text);
    }
    for (const path of old) await rm(join(ROOT, path));
    return;
  }
  const stale = [];
  for (const [path, text] of wanted)
    if ((await readFile(join(ROOT, path), 'utf8').catch(() => null)) !== text) stale.push(path);
  for (const path of old) stale.push(`${path} (no longer written)`);
  if (stale.length === 0) return;
  console.error(`not up to date: ${stale.join(', ')}\nrun \`node scripts/reference.mjs\``);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
