// What must hold for the finished HTML: every link inside the site leads somewhere, and nothing is fetched from elsewhere.
import { posix } from 'node:path';

const ASSETS = new Set(['style.css']);

/** Faults as sentences, over `Map` from a path below the site to its HTML. */
export function faultsIn(files) {
  const ids = new Map([...files].map(([path, html]) => [path, idsOf(html)]));
  return [...files].flatMap(([path, html]) => [
    ...twice(ids.get(path)).map(id => `${path}: the id \`${id}\` is there twice`),
    ...[...html.matchAll(/\s(href|src)="([^"]*)"/g)].flatMap(([, attribute, value]) => {
      const fault = faultOf({ path, attribute, value, ids });
      return fault ? [`${path}: ${attribute}="${value}": ${fault}`] : [];
    }),
    ...(/<script|\son\w+="|url\((?!['"]?data:)/i.test(visible(html))
      ? [`${path}: a script, or something fetched by style`]
      : []),
  ]);
}

function faultOf({ path, attribute, value, ids }) {
  if (value.startsWith('data:')) return null;
  if (/^[a-z]+:/i.test(value))
    return attribute === 'href' && /^(https?|mailto):/.test(value) ? null : 'fetched from elsewhere';
  const [way, anchor] = value.split('#');
  const target = way === '' ? path : posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(way)));
  if (ASSETS.has(target)) return null;
  if (!ids.has(target)) return 'leads nowhere';
  return anchor && !ids.get(target).includes(decodeURIComponent(anchor)) ? 'no such anchor' : null;
}

/** A style sheet or image by `<link>` or `<img>` from elsewhere would be a request; an `<a>` is none. */
function idsOf(html) {
  return [...html.matchAll(/\sid="([^"]*)"/g)].map(found => found[1]);
}

function twice(ids) {
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

/** Tags alone; what pages quote in their text is text. */
function visible(html) {
  return (html.match(/<[^>]*>/g) ?? []).join('\n');
}
