// The text of each page as HTML: links between files become links between pages, recordings are put in.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml, render } from './markdown.mjs';
import { relative } from './page.mjs';
import { ROOT, resolveLink } from './pages.mjs';

const RECORDING = /^docs\/recordings\/[\w-]+\.svg$/;

/** For where a recording plays by itself; on the site it plays for who has asked for it. */
const REDUCED = /@media \(prefers-reduced-motion[^<]*/;

/** `[{ page, body }]`. */
export async function bodiesOf(pages, about) {
  const bodies = [];
  for (const page of pages.values()) {
    for (const link of page.links) change(link, page, { pages, about });
    bodies.push({ page, body: await withRecordings(render(page.tokens)) });
  }
  return bodies;
}

function change({ token, attribute, href }, page, { pages, about }) {
  const { kind, path, anchor } = resolveLink(page.source, href, pages);
  if (kind === 'outside') return;
  if (attribute === 'src' && RECORDING.test(path)) return token.attrSet('src', path);
  token.attrSet(attribute, placeOf({ kind, path, anchor }, page, { pages, about }));
}

function placeOf({ kind, path, anchor }, page, { pages, about }) {
  const tail = anchor ? `#${anchor}` : '';
  if (kind === 'folder' && path.startsWith('docs/')) {
    return relative(page.target, `${path.replace('docs/', '')}/index.html`);
  }
  const known = pages.get(path) ?? (path === 'README.md' ? pages.get('docs/index.md') : undefined);
  if (known) return relative(page.target, known.target + (known.source === path ? tail : '')) || '#';
  return `${about.repository}/${kind === 'folder' ? 'tree' : 'blob'}/main/${path}${tail}`;
}

/** An image of a recording becomes the recording itself, which then needs no script to be started, and its text. */
async function withRecordings(html) {
  const parts = html.split(/(<p><img src="docs\/recordings\/[^>]*><\/p>)/);
  return (
    await Promise.all(parts.map(part => (part.startsWith('<p><img src="docs/recordings/') ? figure(part) : part)))
  ).join('');
}

async function figure(image) {
  const [, path, alt] = /src="([^"]*)" alt="([^"]*)"/.exec(image) ?? [];
  const name = /([\w-]+)\.svg$/.exec(path)?.[1];
  const textFile = join(ROOT, path.replace(/\.svg$/, '.txt'));
  if (!existsSync(textFile)) throw new Error(`${path} has no text beside it`);
  const svg = (await readFile(join(ROOT, path), 'utf8'))
    .replace('<svg ', `<svg role="img" aria-label="${alt}" `)
    .replace(REDUCED, '');
  const seconds = /data-seconds="(\d+)"/.exec(svg)?.[1];
  return `<figure class="recording">
<input type="checkbox" id="play-${name}"><label for="play-${name}">show it as it happened (${seconds} s)</label>
<div class="screen" role="region" aria-label="Recording" tabindex="0">${svg.trim()}</div>
<figcaption>${alt}</figcaption>
<details><summary>As text</summary><pre tabindex="0"><code>${escapeHtml(await readFile(textFile, 'utf8'))}</code></pre></details>
</figure>`;
}
