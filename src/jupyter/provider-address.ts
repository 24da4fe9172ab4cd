import { Failure } from '../core/failure.ts';

/** Where a Jupyter server is, read from whatever the user copied out of a browser. */
export interface ServerAddress {
  /** Base address with its path prefix and a last slash; no user, query or fragment, so it is safe to print and store. */
  readonly base: URL;
  /** From `?token=…`. */
  readonly token: string | null;
  /** Set when the path is one of a JupyterHub. */
  readonly hub: HubPlace | null;
}

export interface HubPlace {
  /** Base address of the hub itself, ending in `/hub/`. */
  readonly root: URL;
  /** Null when the path does not say: then it is whoever the token belongs to. */
  readonly user: string | null;
  /** Name of a named server; empty for the default one. */
  readonly server: string;
}

/** First words of the pages that Jupyter's front ends show below a server's base address. */
const PAGES = new Set('api lab tree notebooks edit view doc consoles terminals login nbclassic retro voila'.split(' '));
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])([:/?]|$)/i;
const EXAMPLE = 'for instance `--server http://localhost:8888/`';

/** Throws a `usage` failure that never repeats the query, where the token may be. */
export function readAddress(text: string): ServerAddress {
  const url = parse(text.trim());
  if (url.username !== '' || url.password !== '') {
    throw new Failure('usage', 'leave user name and password out of the address of the Jupyter server', {
      hints: ['Give its token with `--token`'],
    });
  }
  const words = url.pathname.split('/').filter(word => word !== '');
  const hub = hubPlace(url, words);
  return {
    base: hub?.base ?? at(url, untilPage(words)),
    token: url.searchParams.get('token') || null,
    hub: hub?.place ?? null,
  };
}

/** Base address of a hub user's server. */
export function userServer(place: HubPlace, user: string): URL {
  const name = place.server === '' ? '' : `${encodeURIComponent(place.server)}/`;
  return new URL(`../user/${encodeURIComponent(user)}/${name}`, place.root);
}

/** `host:8888/prefix`, for people. */
export function labelOf(base: URL): string {
  return `${base.host}${base.pathname.replace(/\/$/, '')}`;
}

function parse(text: string): URL {
  const full = LOOPBACK.test(text) ? `http://${text}` : text;
  if (!URL.canParse(full)) {
    throw new Failure('usage', 'the address of the Jupyter server cannot be understood', {
      hints: [`It begins with \`http://\` or \`https://\`, ${EXAMPLE}`],
    });
  }
  const url = new URL(full);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new Failure('usage', 'the address of a Jupyter server begins with `http://` or `https://`', {
    hints: [EXAMPLE],
  });
}

/** `/user/NAME/[SERVER/]…`, `/hub/user/NAME/…`, `/hub/spawn/NAME[/SERVER]`, `/hub/user-redirect/…` or any page of the hub. */
function hubPlace(url: URL, words: readonly string[]): { base: URL; place: HubPlace } | null {
  const start = words.findIndex((word, index) => word === 'hub' || (word === 'user' && words[index + 1] !== undefined));
  if (start < 0 || PAGES.has(words.slice(0, start).find(word => PAGES.has(word)) ?? '')) return null;
  const after = words.slice(words[start] === 'hub' ? start + 1 : start);
  const root = at(url, [...words.slice(0, start), 'hub']);
  const named = (after[0] === 'user' || after[0] === 'spawn') && after[1] !== undefined;
  if (!named) return { base: root, place: { root, user: null, server: '' } };
  const user = decodeURIComponent(after[1] ?? '');
  const server = decodeURIComponent(untilPage(after.slice(2))[0] ?? '');
  const place = { root, user, server };
  return { base: userServer(place, user), place };
}

function untilPage(words: readonly string[]): readonly string[] {
  const page = words.findIndex(word => PAGES.has(word));
  return page < 0 ? words : words.slice(0, page);
}

function at(url: URL, words: readonly string[]): URL {
  return new URL(`/${words.map(word => `${word}/`).join('')}`, url.origin);
}
