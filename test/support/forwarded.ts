import { once } from 'node:events';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { RemoteHalf, Tunnel } from '../../src/core/execution.ts';
import type { Listener } from '../../src/core/host.ts';
import { nodeHost } from '../../src/node-host.ts';

/** A TCP server as it would run on the runtime. */
export interface FarServer extends AsyncDisposable {
  readonly port: number;
  readonly sockets: readonly Socket[];
}

export async function farServer(serve: (socket: Socket) => void, port = 0): Promise<FarServer> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await listening(server, port);
  return {
    port: portOf(server),
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export function listening(server: Server, port = 0): Promise<void> {
  return new Promise(resolve => server.listen(port, '127.0.0.1', resolve));
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A free port here from which connections are joined to that port of the runtime. */
export interface Door extends Disposable {
  readonly port: number;
  readonly tunnels: readonly Tunnel[];
}

export async function openDoor(half: RemoteHalf, port: number, host = 'localhost'): Promise<Door> {
  const tunnels: Tunnel[] = [];
  const listener: Listener = await nodeHost().listen(0, connection => {
    tunnels.push(half.forward({ host, port }, connection));
  });
  return {
    port: listener.port,
    tunnels,
    [Symbol.dispose]() {
      listener.close();
      for (const tunnel of tunnels) tunnel.stop();
    },
  };
}

/** A client's connection, with what it has read. */
export function connectTo(port: number): Socket {
  return dial({ host: '127.0.0.1', port, allowHalfOpen: true }).on('error', () => {});
}

/** Resolves when nothing can go either way any more, however that came about. */
export function closing(socket: Socket): Promise<void> {
  return new Promise(resolve => (socket.closed ? resolve() : void socket.once('close', () => resolve())));
}

/** Writes the whole of it as fast as it is taken, and ends. Rejects when the connection breaks off. */
export async function writeAll(socket: Socket, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.byteLength; start += 65_536) {
    if (!socket.write(bytes.subarray(start, start + 65_536))) await once(socket, 'drain');
  }
  socket.end();
}

/** All bytes until the other side's end; rejects when the connection breaks off. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
