import type { Host } from '../core/host.ts';
import { basicAuthorization, chooseProxy, type NamedProxy, proxyRefused } from './proxy.ts';

type Undici = typeof import('undici')['default'];

/**
 * Fetches through the proxy of this URL; a proxy that does not let us through is a `ProxyRefused` among the causes.
 * Imported only when a proxy variable is set.
 */
export async function fetchThroughProxy(url: URL, init: RequestInit, env: Host['env']): Promise<Response> {
  const choice = chooseProxy(url, env);
  if (choice.proxy === null) return fetch(url, init);
  // In the bundle a CommonJS package that is imported lazily has its default export alone.
  const { default: undici } = await import('undici');
  const found = agents.get(choice.proxy.href) ?? agentFor(undici, { proxy: choice.proxy, variable: choice.variable });
  agents.set(choice.proxy.href, found);
  const response = await undici.fetch(url, { ...(init as object), dispatcher: found });
  return response as unknown as Response;
}

const agents = new Map<string, import('undici').ProxyAgent>();

function agentFor(undici: Undici, named: NamedProxy): import('undici').ProxyAgent {
  const { proxy } = named;
  const authorization = basicAuthorization(proxy);
  return new undici.ProxyAgent({
    uri: withoutCredentials(proxy).href,
    proxyTunnel: true,
    ...(authorization === null ? {} : { token: authorization }),
    clientFactory: (origin, options) => {
      const pool = new undici.Pool(origin, options as import('undici').Pool.Options);
      const connect = pool.connect.bind(pool) as (options: object) => Promise<import('undici').Dispatcher.ConnectData>;
      // The agent itself says what happened in a sentence alone.
      const tunnel = async (asked: object) => {
        const answer = await connect(asked).catch((error: unknown) => {
          throw proxyRefused(named, null, error);
        });
        if (answer.statusCode === 200) return answer;
        answer.socket.on('error', () => {}).destroy();
        throw proxyRefused(named, answer.statusCode);
      };
      return Object.assign(pool, { connect: tunnel });
    },
  });
}

function withoutCredentials(proxy: URL): URL {
  const bare = new URL(proxy);
  bare.username = '';
  bare.password = '';
  return bare;
}
