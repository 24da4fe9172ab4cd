import type { Socket as NetSocket } from 'node:net';
import WebSocket from 'ws';
import { type Host, type Socket, type SocketOptions, SocketRefused, SubprotocolRefused } from '../core/host.ts';
import { chooseProxy } from './proxy.ts';

/**
 * Opens a WebSocket. Rejects with `SocketRefused` when the server answers something else than 101, with the signal's
 * reason when aborted, with the network's own error otherwise.
 */
export async function openWebSocket(url: URL, options: SocketOptions, env: Host['env']): Promise<Socket> {
  const { proxy, variable } = chooseProxy(url, env);
  const agent = proxy === null ? undefined : new (await import('./proxy-agent.ts')).TunnelAgent({ proxy, variable });
  options.signal?.throwIfAborted();
  const socket = new WebSocket(url, [...options.protocols], {
    headers: options.headers,
    handshakeTimeout: options.timeout,
    maxPayload: 0,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    ...(isUnseen(url) ? { generateMask: leaveZeros } : {}),
    ...(agent === undefined ? {} : { agent }),
  });
  const early = earlyMessages(socket);
  await opened(socket, options);
  netSocket(socket)?.setNoDelay(true);
  return wrap(socket, early);
}

/**
 * Whether nobody between here and the server can read the bytes. Masks are there so that those in between cannot be
 * made to take them for something else (RFC 6455, section 10.3). Where there are none a mask of zeros does, and spares
 * a copy and an XOR of everything that is sent, which costs as much as all the rest of an upload here.
 */
function isUnseen({ protocol, hostname }: URL): boolean {
  return protocol === 'wss:' || hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** The buffer comes filled with zeros. */
function leaveZeros(_mask: Buffer): void {}

function opened(socket: WebSocket, { protocols, signal }: SocketOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => fail(signal?.reason);
    const fail = (error: unknown) => {
      signal?.removeEventListener('abort', abort);
      socket.on('error', () => {});
      socket.terminate();
      reject(error);
    };
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      fail(new SocketRefused(response.statusCode ?? 0));
    });
    socket.once('upgrade', response => {
      const taken = response.headers['sec-websocket-protocol'];
      if (protocols.length > 0 && (taken === undefined || !protocols.includes(taken)))
        fail(new SubprotocolRefused('the server took no WebSocket subprotocol of ours'));
    });
    socket.once('error', fail);
    socket.once('open', () => {
      signal?.removeEventListener('abort', abort);
      socket.off('error', fail);
      resolve();
    });
  });
}

type Message = string | Uint8Array;

/** Messages may arrive with the handshake, before anybody could listen. */
function earlyMessages(socket: WebSocket): { take(listener: (message: Message) => void): void } {
  let listener: ((message: Message) => void) | null = null;
  let waiting: Message[] = [];
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const message = isBinary ? data : data.toString();
    if (listener === null) waiting.push(message);
    else listener(message);
  });
  return {
    take(next) {
      listener = next;
      const messages = waiting;
      waiting = [];
      for (const message of messages) next(message);
    },
  };
}

function wrap(socket: WebSocket, early: ReturnType<typeof earlyMessages>): Socket {
  const closing: ((code: number, reason: string) => void)[] = [];
  let closed: [number, string] | null = null;
  socket.on('error', () => {});
  socket.on('close', (code, reason) => {
    closed = [code, reason.toString()];
    for (const listener of closing) listener(...closed);
  });
  return {
    protocol: socket.protocol,
    get backlog() {
      return socket.bufferedAmount;
    },
    send: data => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    nudge: () => {
      if (socket.readyState === WebSocket.OPEN) socket.pong();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: code => socket.close(code),
    terminate: () => socket.terminate(),
    onMessage: listener => early.take(listener),
    onPong: listener => void socket.on('pong', () => listener()),
    onClose: listener => {
      closing.push(listener);
      if (closed !== null) listener(...closed);
    },
  };
}

function netSocket(socket: WebSocket): NetSocket | undefined {
  return (socket as unknown as { _socket?: NetSocket })._socket;
}
