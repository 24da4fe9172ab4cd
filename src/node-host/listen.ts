import { createServer, type Server, type Socket } from 'node:net';
import { type Connection, type Listener, PortRefused } from '../core/host.ts';

const LOOPBACK = '127.0.0.1';

/** Takes TCP connections on loopback. Rejects with `PortRefused`, else with the system's own error. */
export async function listenOnLoopback(port: number, accept: (connection: Connection) => void): Promise<Listener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, socket =>
    accept(connectionOf(socket)),
  );
  await listening(server, port);
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : port, close: () => void server.close() };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new PortRefused(port, 'busy'));
      else if (error.code === 'EACCES') reject(new PortRefused(port, 'forbidden'));
      else reject(error);
    });
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {}); // one that could not be accepted: its client sees that for itself
      resolve();
    });
  });
}

function connectionOf(socket: Socket): Connection {
  socket.on('error', () => {}); // 'close' follows, and who reads is told by the iterator
  return {
    chunks: () => chunksOf(socket),
    write: chunk => socket.destroyed || socket.write(chunk),
    drained: () => drained(socket),
    end: () => void socket.end(),
    reset: () => reset(socket),
    onClosed: listener => {
      if (socket.closed) listener();
      else socket.once('close', listener);
    },
  };
}

async function* chunksOf(socket: Socket): AsyncGenerator<Uint8Array> {
  yield* socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  await surelyEnded(socket);
}

/**
 * A reset that arrives together with the last bytes reads like a proper end. Writing nothing tells: it fails where the
 * connection is broken. What still waits to be written will tell by itself.
 */
function surelyEnded(socket: Socket): Promise<void> {
  if (!socket.writable || socket.writableLength > 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    socket.write(new Uint8Array(0), error => (error ? reject(error) : resolve()));
  });
}

/** While its end is being sent a connection cannot be reset, and trying so would leave it open for good. */
function reset(socket: Socket): void {
  const ending = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (ending) socket.once('finish', () => socket.resetAndDestroy());
  else socket.resetAndDestroy();
}

function drained(socket: Socket): Promise<void> {
  if (socket.destroyed || !socket.writableNeedDrain) return Promise.resolve();
  return new Promise(resolve => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.once('drain', done);
    socket.once('close', done);
  });
}
