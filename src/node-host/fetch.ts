import type { Host } from '../core/host.ts';
import { proxyFor } from './proxy.ts';

/** Fetches through the proxy of this URL. Imported only when a proxy variable is set. */
export async function fetchThroughProxy(url: URL, init: RequestInit, env: Host['env']): Promise<Response> {
  const proxy = proxyFor(url, env);
  if (proxy === null) return fetch(url, init);
  const undici = await import('undici');
  const found = agents.get(proxy.href) ?? new undici.ProxyAgent({ uri: proxy.href, proxyTunnel: true });
  agents.set(proxy.href, found);
  const response = await undici.fetch(url, { ...(init as object), dispatcher: found });
  return response as unknown as Response;
}

const agents = new Map<string, import('undici').ProxyAgent>();
