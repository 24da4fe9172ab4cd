// All pages of the site as data: where each comes from, what it is called, what stands in it.
import { readFileSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMarkdown } from './markdown.mjs';
import { ROOT_PAGES } from './plan.mjs';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** `Map` from a file's path in the repository to `{ source, target, title, … }`, with all that `readMarkdown` tells. */
export async function loadPages(root = ROOT) {
  const below = await readdir(join(root, 'docs'), { recursive: true });
  const docs = below.map(name => name.replaceAll('\\', '/')).filter(name => name.endsWith('.md'));
  const sources = [...docs.map(name => `docs/${name}`), ...Object.keys(ROOT_PAGES)].sort();
  const pages = new Map();
  for (const source of sources) {
    const read = readMarkdown(await readFile(join(root, source), 'utf8'));
    const target = ROOT_PAGES[source] ?? source.replace(/^docs\//, '').replace(/\.md$/, '.html');
    const [first] = read.headings;
    if (first?.level !== 1) throw new Error(`${source}: the first heading is the page's title, with one \`#\``);
    pages.set(source, { source, target, title: first.text, ...read });
  }
  return pages;
}

/** What a link of a Markdown file means: `{ kind: 'outside' | 'page' | 'folder' | 'file', path, anchor }` or `{ dead: why }`. */
export function resolveLink(from, href, files, root = ROOT) {
  if (/^[a-z][a-z+.-]*:/i.test(href)) return { kind: 'outside' };
  const [way, anchor = ''] = href.split('#');
  const path = way === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURIComponent(way)));
  const there = path.startsWith('..') ? undefined : statSync(join(root, path), { throwIfNoEntry: false });
  if (!there) return { dead: `${path} is not there` };
  if (there.isDirectory()) return { kind: 'folder', path: path.replace(/\/$/, '') };
  if (!path.endsWith('.md')) return { kind: 'file', path, anchor };
  const { headings } = files.get(path) ?? readMarkdown(readFileSync(join(root, path), 'utf8'));
  if (anchor && !headings.some(({ id }) => id === anchor)) return { dead: `${path} has no heading \`#${anchor}\`` };
  return { kind: 'page', path, anchor };
}

/** Every dead link of these files (`Map` from a path to `{ links, headings }`), as `docs/files.md:3: [href]: why`. */
export function deadLinks(files, root = ROOT) {
  return [...files].flatMap(([source, { links }]) =>
    links.flatMap(({ href, line }) => {
      const { dead } = resolveLink(source, href, files, root);
      return dead ? [`${source}:${line}: [${href}]: ${dead}`] : [];
    }),
  );
}
