import type { IncomingMessage } from 'node:http';
import { type Answer, header, html } from '../answer.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world.ts';

/** Parameter that carries the proxy token where no header can. */
export const TOKEN_PARAMETER = 'colab-runtime-proxy-token';

/** What a proxy says instead of handing on; null for a request it lets through. An expired token looks like a machine that is gone. */
export function refuse(
  world: World,
  machine: Machine,
  request: Pick<IncomingMessage, 'headers'>,
  url: URL,
): Answer | null {
  if (machine.gone) return absent();
  if (Date.now() < machine.bootsUntil)
    return html(Math.random() < 0.5 ? 502 : 503, 'Error', '<p>The machine is starting.</p>');
  const expires = machine.expiryOf(tokenOf(request, url));
  return expires !== null && expires > world.clock.now() ? null : absent(world.settings.expiredStatus);
}

export function tokenOf(request: Pick<IncomingMessage, 'headers'>, url: URL): string {
  return header(request, 'x-colab-runtime-proxy-token') ?? url.searchParams.get(TOKEN_PARAMETER) ?? '';
}

function absent(status = 404): Answer {
  return html(status, `Error ${status}`, '<p>The requested URL was not found on this server.</p>');
}
