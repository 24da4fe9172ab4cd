// One page of the site: plain HTML, one style sheet, no script, nothing from elsewhere.
import { posix } from 'node:path';
import { escapeHtml } from './markdown.mjs';

/** From the page `from` to the place `to`, both below the site, so that it works at any address and from a disk. */
export function relative(from, to) {
  const [path, anchor] = to.split('#');
  const way = posix.relative(posix.dirname(from), path) || posix.basename(path);
  return anchor ? `${path === from ? '' : way}#${anchor}` : way;
}

/** `page` is `{ target, title, headings, source }`, `body` its HTML, `menu` as `menuOf` makes it. */
export function pageHtml({ page, body, menu, about }) {
  const to = path => relative(page.target, path);
  const title = page.target === 'index.html' ? about.name : `${page.title} · ${about.name}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:">
<meta name="description" content="${escapeHtml(about.description)}">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to('style.css')}">
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header>
<a class="name" href="${to('index.html')}">${escapeHtml(about.name)}</a>
<a class="to-menu" href="#menu">All pages</a>
<a href="${to('everything.html')}">Index</a>
<a href="${about.repository}">Source</a>
</header>
<div class="sheet">
<main id="content">
${body.replace('</h1>\n', `</h1>\n${partsOf(page)}`)}
${footOf(page, about)}
</main>
<nav id="menu" aria-label="Pages">
${menuHtml(menu, page)}
</nav>
</div>
</body>
</html>
`;
}

/** Only where there is something to choose from. */
function partsOf({ headings }) {
  const parts = headings.filter(({ level }) => level === 2);
  if (parts.length < 4 || parts.length > 40) return '';
  const rows = parts.map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`);
  return `<details class="parts"><summary>On this page</summary><ul>${rows.join('')}</ul></details>\n`;
}

function footOf({ source }, { repository }) {
  return source ? `<footer><a href="${repository}/blob/main/${source}">This page as Markdown</a></footer>` : '';
}

function menuHtml(menu, page) {
  return menu
    .map(({ title, entries }) => {
      const rows = entries.map(({ title: name, target }) => {
        const here = target === page.target ? ' aria-current="page"' : '';
        const part = target.includes('#') ? ' class="part"' : '';
        return `<li${part}><a href="${relative(page.target, target)}"${here}>${escapeHtml(target === 'index.html' ? 'Start here' : name)}</a></li>`;
      });
      return `<h2>${escapeHtml(title)}</h2>\n<ul>\n${rows.join('\n')}\n</ul>`;
    })
    .join('\n');
}
