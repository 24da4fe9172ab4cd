import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ProxyOptions {
  /** `user:password`; null for a proxy that asks nobody. */
  readonly wants?: string | null;
  /** Where tunnels go: to that port of this machine whatever was asked for, or where the name and port asked for say. */
  readonly target?: number | null;
  /** Answers every CONNECT with that status instead. */
  readonly status?: number | null;
}

/** An HTTP proxy as companies have one. */
export interface ConnectProxy {
  readonly port: number;
  /** What was asked for and let through, as `host:port`. */
  readonly tunnels: string[];
  /** CONNECTs that came with no credentials, or wrong ones. */
  readonly turnedAway: () => number;
  close(): Promise<void>;
}

export async function startProxy({
  wants = null,
  target = null,
  status = null,
}: ProxyOptions = {}): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  let refused = 0;
  const basic = wants === null ? null : `Basic ${Buffer.from(wants).toString('base64')}`;
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (basic !== null && request.headers['proxy-authorization'] !== basic) {
      refused += 1;
      return void socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="corp"\r\nContent-Length: 0\r\n\r\n',
      );
    }
    if (status !== null) return void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
    tunnels.push(request.url ?? '');
    const far = connect(target ?? Number(/\d+$/.exec(request.url ?? '')?.[0]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(socket).pipe(far);
    });
    sockets.add(far);
    far.on('error', () => socket.destroy());
    far.on('close', () => socket.destroy());
    socket.on('close', () => far.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    turnedAway: () => refused,
    close: () =>
      new Promise<void>(done => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}
