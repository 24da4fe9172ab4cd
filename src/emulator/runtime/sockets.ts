import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Answer, html } from '../answer.ts';
import type { FaultKind } from '../faults.ts';
import type { Machine } from '../machine/machine.ts';
import { faultAnswer, pause, reset } from '../perform.ts';
import type { World } from '../world.ts';
import { refuse, tokenOf } from './admission.ts';
import { join } from './delay.ts';
import { headersFor, pathFor } from './forward.ts';
import type { Terminal } from './terminal.ts';

export interface Upgrade {
  readonly world: World;
  readonly machine: Machine;
  readonly terminal: Terminal;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Answers an upgrade: the shared terminal, or a way to the kernel or terminal behind. */
export async function joinSocket(upgrade: Upgrade): Promise<void> {
  const { world, machine, request, socket } = upgrade;
  const url = new URL(request.url ?? '/', machine.url);
  const kernel = /^\/api\/kernels\/([^/]+)\/channels$/.exec(url.pathname)?.[1];
  const operation = kernel === undefined ? 'proxy-terminal-socket' : 'proxy-kernel-socket';
  const seen = world.traffic.note(operation, { method: 'GET', url, headers: request.headers });
  const fault = world.faults.take(operation);
  await pause(world.settings.latency + (fault?.kind === 'slow' ? fault.wait : 0));
  const instead = fault === null ? null : faultAnswer(operation, fault);
  const refusal = instead ?? (fault === null || fault.kind === 'slow' ? refuse(world, machine, request, url) : null);
  if (refusal !== null) {
    seen.status = refusal.status;
    return refuseSocket(socket, refusal);
  }
  if (fault !== null && fault.kind !== 'slow') return fail(socket, fault);
  seen.status = 101;
  machine.opened(socket, tokenOf(request, url), world.clock.now());
  if (url.pathname === '/colab/tty') {
    await machine.vm.furnished; // its folder may not be there yet
    return upgrade.terminal.join(upgrade);
  }
  const known = kernel !== undefined || url.pathname.startsWith('/terminals/websocket/');
  if (!known) return refuseSocket(socket, html(404, 'Error 404 (Not Found)', '<p>Not found.</p>'));
  if (kernel !== undefined) machine.met.add(kernel);
  await pipe(upgrade);
}

function fail(socket: Duplex, fault: FaultKind): void {
  if (fault.kind !== 'timeout' && fault.kind !== 'stall') reset(socket);
}

export function refuseSocket(socket: Duplex, { status, headers = {}, body = '' }: Answer): void {
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(body as string),
  });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
}

/** Repeats the upgrade to the server behind, and from then on hands bytes on. */
async function pipe({ world, machine, request, socket, head }: Upgrade): Promise<void> {
  const port = await machine.vm.ready().catch(() => null);
  if (port === null) return refuseSocket(socket, html(502, 'Error 502', '<p>The machine does not answer.</p>'));
  const far = connect({ host: '127.0.0.1', port });
  for (const each of [far, socket as Socket]) each.setNoDelay?.(true);
  const headers: Record<string, unknown> = {
    ...headersFor(machine, port, request.headers),
    connection: 'Upgrade',
    upgrade: 'websocket',
  };
  if (!world.settings.subprotocol) delete headers['sec-websocket-protocol'];
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  far.once('connect', () => {
    far.write(`GET ${pathFor(request)} HTTP/1.1\r\n${lines.join('')}\r\n`);
    if (head.length > 0) far.write(head);
    join(socket, far, () => world.settings.latency / 2);
  });
  far.once('error', () => socket.destroy());
}
