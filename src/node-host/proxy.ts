import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import { ProxyRefused } from '../core/network-refusals.ts';

type Env = Host['env'];

/** Which way connections to an address go. */
export interface ProxyChoice {
  /** With user and password, so never print it. */
  readonly proxy: URL | null;
  /** The variable that names it, or would; null when none is set. */
  readonly variable: string | null;
  /** Why there is none though a variable is set: the entry of `NO_PROXY`, or `loopback`. */
  readonly exempt: string | null;
}

/**
 * The proxy for a URL by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (lower case wins), or null.
 * Throws a `usage` failure for a proxy that does not speak HTTP.
 */
export function proxyFor(url: URL, env: Env): URL | null {
  return chooseProxy(url, env).proxy;
}

/** The same, and why. */
export function chooseProxy(url: URL, env: Env): ProxyChoice {
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  const named = either(env, secure ? 'https_proxy' : 'http_proxy') ?? either(env, 'all_proxy');
  if (named === undefined) return { proxy: null, variable: null, exempt: null };
  const { variable } = named;
  const exempt = isLoopback(url.hostname) ? 'loopback' : exemption(url, secure, either(env, 'no_proxy')?.value);
  if (exempt !== null) return { proxy: null, variable, exempt };
  const text = named.value.includes('://') ? named.value : `http://${named.value}`;
  const proxy = URL.canParse(text) ? new URL(text) : null;
  if (proxy !== null && /^https?:$/.test(proxy.protocol)) return { proxy, variable, exempt: null };
  const kind = proxy === null ? 'is not an address' : `is of the kind \`${proxy.protocol}//\``;
  throw new Failure(
    'usage',
    `the proxy for ${url.hostname} ${kind}; only \`http://\` and \`https://\` proxies are supported`,
    {
      hints: ['check `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, or add the host to `NO_PROXY`'],
    },
  );
}

/** The value of `Proxy-Authorization`; null where the address has neither user nor password. */
export function basicAuthorization(proxy: URL): string | null {
  if (proxy.username === '' && proxy.password === '') return null;
  const pair = `${decoded(proxy.username)}:${decoded(proxy.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** A proxy's refusal that says which proxy and who named it, and nothing secret. */
export function proxyRefused({ proxy, variable }: NamedProxy, status: number | null, cause?: unknown): ProxyRefused {
  const credentials = basicAuthorization(proxy) !== null;
  return new ProxyRefused({ proxy: proxyName(proxy), variable: variable ?? '', status, credentials }, cause);
}

/** A proxy that is in force. With user and password, so never print it. */
export interface NamedProxy {
  readonly proxy: URL;
  /** The variable that names it. */
  readonly variable: string | null;
}

/** Host and port. An address leaves the usual port of its kind out; people have to see it. */
export function proxyName(proxy: URL): string {
  return `${proxy.hostname}:${proxy.port || (proxy.protocol === 'https:' ? 443 : 80)}`;
}

/** A password with a bare `%` in it is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is on this machine is reached without a detour, and credentials meant for it never leave it. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** True when any proxy variable is set, so that nobody else has to look. */
export function proxiesSet(env: Env): boolean {
  return ['https_proxy', 'http_proxy', 'all_proxy'].some(name => either(env, name) !== undefined);
}

function either(env: Env, name: string): { variable: string; value: string } | undefined {
  for (const variable of [name, name.toUpperCase()]) {
    const value = env[variable];
    if (value) return { variable, value };
  }
  return undefined;
}

/**
 * The entry that exempts the host, or null. Entries are hosts, domains (`.example.org` or `example.org`, with what is
 * under them) or `*`; a port narrows them.
 */
function exemption(url: URL, secure: boolean, list: string | undefined): string | null {
  const port = url.port || (secure ? '443' : '80');
  const host = url.hostname.toLowerCase();
  const matches = (entry: string) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    const found = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase());
    const bare = /^[\d.]+$|^\[/.test(entry) || (entry.match(/:/g)?.length ?? 0) < 2;
    const name = (bare ? (found?.[1] ?? '') : `[${entry.toLowerCase()}]`).replace(/^\*?\./, '');
    if (bare && found?.[2] !== undefined && found[2] !== port) return false;
    return host === name || host.endsWith(`.${name}`);
  };
  return (list ?? '').split(/[\s,]+/).find(matches) ?? null;
}
