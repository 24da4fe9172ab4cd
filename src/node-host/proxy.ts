import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';

type Env = Host['env'];

/**
 * The proxy for a URL by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (lower case wins), or null.
 * Throws a `usage` failure for a proxy that does not speak HTTP.
 */
export function proxyFor(url: URL, env: Env): URL | null {
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  if (isLoopback(url.hostname)) return null;
  const named = either(env, secure ? 'https_proxy' : 'http_proxy') ?? either(env, 'all_proxy');
  if (named === undefined || excluded(url, secure, either(env, 'no_proxy'))) return null;
  const text = named.includes('://') ? named : `http://${named}`;
  const proxy = URL.canParse(text) ? new URL(text) : null;
  if (proxy !== null && /^https?:$/.test(proxy.protocol)) return proxy;
  const kind = proxy === null ? 'is not an address' : `is of the kind \`${proxy.protocol}//\``;
  throw new Failure(
    'usage',
    `the proxy for ${url.hostname} ${kind}; only \`http://\` and \`https://\` proxies are supported`,
    {
      hints: ['check `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, or add the host to `NO_PROXY`'],
    },
  );
}

/** What is on this machine is reached without a detour, and credentials meant for it never leave it. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** True when any proxy variable is set, so that nobody else has to look. */
export function proxiesSet(env: Env): boolean {
  return ['https_proxy', 'http_proxy', 'all_proxy'].some(name => either(env, name) !== undefined);
}

function either(env: Env, name: string): string | undefined {
  return env[name] || env[name.toUpperCase()] || undefined;
}

/** Entries are hosts, domains (`.example.org` or `example.org`, with what is under them) or `*`; a port narrows them. */
function excluded(url: URL, secure: boolean, list: string | undefined): boolean {
  const port = url.port || (secure ? '443' : '80');
  const host = url.hostname.toLowerCase();
  return (list ?? '').split(/[\s,]+/).some(entry => {
    if (entry === '') return false;
    if (entry === '*') return true;
    const found = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase());
    const bare = /^[\d.]+$|^\[/.test(entry) || (entry.match(/:/g)?.length ?? 0) < 2;
    const name = (bare ? (found?.[1] ?? '') : `[${entry.toLowerCase()}]`).replace(/^\*?\./, '');
    if (bare && found?.[2] !== undefined && found[2] !== port) return false;
    return host === name || host.endsWith(`.${name}`);
  });
}
