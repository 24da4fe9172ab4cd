import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { close, listen } from '../loopback.ts';
import type { Machine } from '../machine/machine.ts';
import type { Operation } from '../operations.ts';
import { bodyOf, perform } from '../perform.ts';
import type { World } from '../world.ts';
import { refuse } from './admission.ts';
import { colabEndpoint } from './colab-endpoints.ts';
import { forward, forwardChanged } from './forward.ts';
import { joinSocket } from './sockets.ts';
import { Terminal } from './terminal.ts';

/** The front of one machine, on a port of its own: checks the token, then hands on to the real server. */
export async function startProxy(world: World, machine: Machine): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Duplex>();
  const terminal = new Terminal(machine);
  machine.endings.push(() => terminal.end());
  const server = createServer((request, response) => {
    void answer(world, machine, request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    void joinSocket({ world, machine, terminal, request, socket, head }).catch(() => socket.destroy());
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}

async function answer(
  world: World,
  machine: Machine,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', machine.url);
  const seen = world.traffic.note(operationOf(url.pathname), {
    method: request.method ?? 'GET',
    url,
    headers: request.headers,
  });
  response.once('finish', () => {
    seen.status ??= response.statusCode;
  });
  const refusal = refuse(world, machine, request, url);
  if (refusal !== null) {
    request.resume();
    return perform(world, seen, response, () => refusal);
  }
  const kept = /^\/api\/(kernels|sessions)\b/.test(url.pathname);
  if (kept || url.pathname.startsWith('/api/colab/')) {
    const body = await bodyOf(request);
    return perform(world, seen, response, () =>
      kept ? forwardChanged(machine, request, body) : colabEndpoint(machine, url.pathname),
    );
  }
  await forward(world, machine, { request, response, seen });
}

function operationOf(path: string): Operation {
  if (/^\/api\/(kernels|sessions)\b/.test(path)) return 'proxy-kernels';
  if (/^\/(api\/contents|files)\b/.test(path)) return 'proxy-contents';
  return path.startsWith('/api/colab/') ? 'proxy-resources' : 'proxy-http';
}
