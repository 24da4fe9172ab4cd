import { once } from 'node:events';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { RemoteHalf, Tunnel } from '../../src/core/execution.ts';
import type { Listener } from '../../src/core/host.ts';
import { nodeHost } from '../../src/node-host.ts';
import type { Cli, Finished } from './cli.ts';

/** A TCP server as it would run on the runtime. */
export interface FarServer extends AsyncDisposable {
  readonly port: number;
  readonly sockets: readonly Socket[];
}

export async function farServer(serve: (socket: Socket) => void, port = 0, host = '127.0.0.1'): Promise<FarServer> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await listening(server, port, host);
  return {
    port: portOf(server),
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export function listening(server: Server, port = 0, host = '127.0.0.1'): Promise<void> {
  return new Promise(resolve => server.listen(port, host, resolve));
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

export interface Forwarding {
  readonly ports: readonly number[];
  /** Sends Ctrl-C and waits for the end. */
  interrupt(): Promise<Finished>;
  /** Resolves when stderr holds the text. */
  said(text: string): Promise<void>;
}

/** The command under way, from the moment all its ports are open. */
export function forwarding(cli: Cli, words: readonly string[], env: Record<string, string> = {}): Promise<Forwarding> {
  const wanted = words.filter(word => /\d$/.test(word)).length;
  return new Promise((resolve, reject) => {
    let stop = () => {};
    let stderr = '';
    const waiting = new Set<() => void>();
    const finished = cli.call(['forward', ...words], {
      env,
      onStart: signal => {
        stop = () => signal('SIGINT');
      },
      watch: soFar => {
        stderr = soFar.stderr;
        for (const look of waiting) look();
        const ports = [...soFar.stdout.matchAll(/127\.0\.0\.1:(\d+) ->/g)].map(([, port]) => Number(port));
        if (ports.length === wanted) resolve({ ports, interrupt, said });
      },
    });
    const interrupt = () => {
      stop();
      return finished;
    };
    const said = (text: string) =>
      new Promise<void>(done => {
        const look = () => {
          if (stderr.includes(text)) done();
        };
        waiting.add(look);
        look();
      });
    finished.then(({ stdout, stderr: all }) => reject(new Error(`ended early:\n${stdout}${all}`)), reject);
  });
}
