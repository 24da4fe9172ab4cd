// How one finds a page: the menu, a page for each folder, and an index of all headings in place of a search.
import { escapeHtml } from './markdown.mjs';
import { relative } from './page.mjs';
import { PLAN, REST } from './plan.mjs';

/** `[{ title, entries: [{ title, target }] }]`; what the plan names and is not there is an error. */
export function menuOf(pages) {
  const used = new Set();
  const menu = PLAN.map(({ title, entries }) => ({ title, entries: entries.map(each => entryOf(each, pages, used)) }));
  const rest = [...pages.values()].filter(({ source }) => !used.has(source));
  const inside = menu.find(({ title }) => title === REST);
  for (const page of rest) if (!page.source.startsWith('docs/decisions/')) inside.entries.push(page);
  if (rest.some(({ source }) => source.startsWith('docs/decisions/')))
    inside.entries.push({ title: 'Decisions', target: 'decisions/index.html' });
  return menu;
}

function entryOf(entry, pages, used) {
  const [name, anchor] = entry.split('#');
  const source = name.startsWith('../') ? name.slice(3) : `docs/${name}`;
  const page = pages.get(source);
  if (!page) throw new Error(`scripts/site/plan.mjs names ${source}, which is not there`);
  used.add(source);
  if (!anchor) return page;
  const heading = page.headings.find(({ id }) => id === anchor);
  if (!heading) throw new Error(`scripts/site/plan.mjs names ${entry}, and there is no such heading`);
  return { title: heading.text, target: `${page.target}#${anchor}` };
}

/** A list for each folder, since files link to folders too. */
export function folderPages(pages) {
  const folderOf = ({ target }) => target.slice(0, Math.max(0, target.lastIndexOf('/')));
  const folders = [...new Set([...pages.values()].map(folderOf))].filter(folder => folder !== '');
  return folders.map(folder => {
    const inside = [...pages.values()].filter(page => folderOf(page) === folder);
    const title = folder[0].toUpperCase() + folder.slice(1);
    const page = { target: `${folder}/index.html`, title, headings: [] };
    const rows = inside.map(
      each => `<li><a href="${relative(page.target, each.target)}">${escapeHtml(each.title)}</a></li>`,
    );
    return { page, body: `<h1>${escapeHtml(title)}</h1>\n<ul>\n${rows.join('\n')}\n</ul>` };
  });
}

/** All headings of all pages on one page: a browser's own search finds them. */
export function everything(pages, menu) {
  const page = { target: 'everything.html', title: 'Index', headings: [] };
  const inMenu = menu.flatMap(({ entries }) => entries).filter(each => each.headings);
  const rest = [...pages.values()].filter(each => !inMenu.includes(each));
  const parts = [...inMenu, ...rest].map(({ title, target, headings }) => {
    const rows = headings
      .slice(1)
      .map(({ id, text }) => `<li><a href="${relative(page.target, `${target}#${id}`)}">${escapeHtml(text)}</a></li>`);
    const list = rows.length > 0 ? `\n<ul>\n${rows.join('\n')}\n</ul>` : '';
    return `<h2><a href="${target}">${escapeHtml(title)}</a></h2>${list}`;
  });
  const intro = '<p>Every page and every heading. Search here with your browser (Ctrl-F).</p>';
  return { page, body: `<h1>Index</h1>\n${intro}\n${parts.join('\n')}` };
}
