// Makes the documentation site: docs/ as plain static HTML in site/dist. Fails when a link leads nowhere.
//   npm run site                 all of it
//   npm run site -- --out <dir>  elsewhere
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bodiesOf } from './site/bodies.mjs';
import { faultsIn } from './site/check.mjs';
import { everything, folderPages, menuOf } from './site/menu.mjs';
import { pageHtml } from './site/page.mjs';
import { deadLinks, loadPages, ROOT } from './site/pages.mjs';

/** Every file's text by its path below the site. Throws an error that names all that is wrong. */
export async function makeSite() {
  const pages = await loadPages();
  const about = await aboutUs();
  const faults = [
    ...deadLinks(pages),
    ...[...pages].flatMap(([source, { foreign }]) => foreign.map(each => `${source}:${each}: HTML outside backticks`)),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const menu = menuOf(pages);
  const bodies = await bodiesOf(pages, about);
  const made = [...bodies, ...folderPages(pages), everything(pages, menu)];
  const files = new Map(made.map(({ page, body }) => [page.target, pageHtml({ page, body, menu, about })]));
  const bad = faultsIn(files);
  if (bad.length > 0) throw new Error(bad.join('\n'));
  return files;
}

async function aboutUs() {
  const { name, description, repository } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  return { name, description, repository: repository.url.replace(/^git\+/, '').replace(/\.git$/, '') };
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const out = resolve(values.out ?? join(ROOT, 'site', 'dist'));
  const files = await makeSite();
  await rm(out, { recursive: true, force: true });
  for (const [path, text] of files) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), text);
  }
  await copyFile(join(ROOT, 'scripts/site/style.css'), join(out, 'style.css'));
  await writeFile(join(out, '.nojekyll'), '');
  console.log(`${files.size} pages in ${out}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
