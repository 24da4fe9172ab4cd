import { Failure } from '../core/failure.ts';
import type { Doorway } from '../core/runtime.ts';
import { CLIENT_AGENT, HEADERS } from './headers.ts';
import type { ProxyInfo } from './wire/proxy.ts';

/**
 * The way to a machine's own server. The address is used as given; the account's token never goes there. Throws
 * `apiUnavailable` for an address that a secret must not be sent to: nothing but https, or this machine under an emulator.
 */
export function doorwayOf({ url, token, seconds, until }: ProxyInfo, now: Date, emulated: boolean): Doorway {
  const http = new URL(url);
  const here = ['127.0.0.1', 'localhost', '[::1]'].includes(http.hostname);
  if (emulated ? !here : http.protocol !== 'https:') {
    throw new Failure(
      'apiUnavailable',
      `Colab names an address for the machine that cannot be trusted (${http.origin})`,
      {
        retryable: false,
      },
    );
  }
  if (!http.pathname.endsWith('/')) http.pathname += '/';
  const ws = new URL(http);
  ws.protocol = http.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    http,
    ws,
    headers: { [HEADERS.proxyToken]: token, [HEADERS.agent]: CLIENT_AGENT },
    expires: until && !Number.isNaN(until.getTime()) ? until : new Date(now.getTime() + seconds * 1000),
  };
}
