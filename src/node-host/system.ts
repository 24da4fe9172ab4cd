import { lookup } from 'node:dns/promises';
import { release } from 'node:os';
import tls from 'node:tls';
import type { Host } from '../core/host.ts';
import type { HostSystem } from '../core/host-system.ts';
import { namingIssuer } from './name-issuer.ts';
import { chooseProxy, proxyName } from './proxy.ts';
import { reach } from './reach.ts';

/** The machine as a check-up sees it. */
export function hostSystem(
  host: Pick<Host, 'env' | 'platform'>,
  node: Pick<HostSystem, 'arch' | 'user'> & { readonly version: string },
): HostSystem {
  const { env } = host;
  return {
    node: node.version,
    arch: node.arch,
    release: release(),
    user: node.user,
    takesSystemTrust: 'setDefaultCACertificates' in tls,
    lookUp: async name => (await lookup(name, { all: true })).map(({ address }) => address),
    road(url) {
      const { proxy, variable, exempt } = chooseProxy(url, env);
      const credentials = proxy !== null && (proxy.username !== '' || proxy.password !== '');
      return { proxy: proxy === null ? null : proxyName(proxy), variable, credentials, exempt };
    },
    reach: (url, signal) => namingIssuer(url, host, () => reach(url, { env, trusting: false, signal })),
  };
}
