import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { basicAuthorization, type NamedProxy, proxyRefused } from './proxy.ts';

type Options = Parameters<HttpsProxyAgent<string>['connect']>[1];

/** Tunnels through a proxy. One that does not let us through is a `ProxyRefused`, never taken for the server's answer. */
export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #named: NamedProxy;

  constructor(named: NamedProxy) {
    const { proxy } = named;
    const authorization = basicAuthorization(proxy);
    super(
      `${proxy.protocol}//${proxy.host}`,
      authorization === null ? {} : { headers: { 'Proxy-Authorization': authorization } },
    );
    this.#named = named;
  }

  override async connect(request: ClientRequest, options: Options): Promise<Socket> {
    let status: number | null = null;
    request.once('proxyConnect', (answer: { readonly statusCode: number }) => {
      status = answer.statusCode;
    });
    const socket = await super.connect(request, options).catch((error: unknown) => {
      throw proxyRefused(this.#named, null, error);
    });
    if (status === 200) return socket;
    socket.destroy();
    throw proxyRefused(this.#named, status);
  }
}
