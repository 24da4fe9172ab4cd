import WebSocket from 'ws';

/** The least a client of `v1.kernel.websocket.jupyter.org` must know: channel, then JSON parts, then buffers. */
export const PROTOCOL = 'v1.kernel.websocket.jupyter.org';

/** Messages below this many bytes are answered with a nudge. */
const SMALL = 16 * 1024;

/**
 * A socket straight to a known kernel: no question before it. Small messages are answered with an empty pong, which
 * carries TCP's acknowledgement: the server holds its next small message back until that has come, and the system would
 * take its time (40 ms on Linux). A floor without this is no floor.
 */
export function openKernel({ url, token, proxyToken, kernel }) {
  const address = new URL(`api/kernels/${kernel}/channels?session_id=floor-${process.pid}`, url);
  address.protocol = address.protocol.replace('http', 'ws');
  const headers = proxyToken ? { 'X-Colab-Runtime-Proxy-Token': proxyToken } : { Authorization: `token ${token}` };
  const options = { headers, perMessageDeflate: false, maxPayload: 0, skipUTF8Validation: true };
  // On loopback nobody is between that could be deceived: a mask of zeros does, and costs nothing.
  options.generateMask = () => {};
  const socket = new WebSocket(address, [PROTOCOL], options);
  let nudging = false;
  socket.on('message', frame => {
    if (nudging || frame.length >= SMALL) return;
    nudging = true;
    setImmediate(() => {
      nudging = false;
      if (socket.readyState === WebSocket.OPEN) socket.pong();
    });
  });
  return socket;
}

export function encode({ id, type, content, metadata = {}, buffers = [] }) {
  const header = {
    msg_id: id,
    msg_type: type,
    session: 'floor',
    username: '',
    date: new Date().toISOString(),
    version: '5.4',
  };
  const parts = [header, {}, metadata, content].map(part => Buffer.from(JSON.stringify(part)));
  const body = [Buffer.from('shell'), ...parts, ...buffers];
  const head = Buffer.alloc(8 * (body.length + 2));
  head.writeBigUInt64LE(BigInt(body.length + 1), 0);
  let offset = head.length;
  body.forEach((part, at) => {
    head.writeBigUInt64LE(BigInt(offset), 8 * (at + 1));
    offset += part.length;
  });
  head.writeBigUInt64LE(BigInt(offset), 8 * (body.length + 1));
  return Buffer.concat([head, ...body]);
}

/** Parts are parsed only when they are asked for. */
export function decode(frame) {
  const count = Number(frame.readBigUInt64LE(0));
  const at = index => Number(frame.readBigUInt64LE(8 * (index + 1)));
  const part = index => frame.subarray(at(index), at(index + 1));
  const json = index => JSON.parse(part(index).toString());
  return {
    channel: part(0).toString(),
    header: () => json(1),
    parent: () => json(2),
    content: () => json(4),
    buffers: () => Array.from({ length: Math.max(0, count - 6) }, (_, index) => part(index + 5)),
  };
}
