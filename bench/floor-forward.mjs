// The least a program can do to carry one TCP connection of the runtime: one socket to a kernel that has the remote half
// loaded, one comm, no connection on this side. The protocol is described in docs/remote-half.md and docs/forward.md;
// nothing here is prepared for a lost frame.
import { decode, encode, openKernel } from './wire.mjs';

const { FLOOR_URL: url, FLOOR_TOKEN: token, FLOOR_KERNEL: kernel, FLOOR_TARGET: target } = process.env;
const { FORWARD_PORT: port, FORWARD_WAY: way, FORWARD_BYTES: bytes } = process.env;
const WINDOW = 16 * 1024 * 1024;
const FRAME = 1024 * 1024;
const LEAST = 64 * 1024;

const socket = openKernel({ url, token, kernel });
const comm = `floor-${process.pid}`;
const piece = Buffer.alloc(FRAME, 7);
let messages = 0;
let sent = 0;
let weight = 0;
let limit = WINDOW;
let left = way === 'up' ? Number(bytes) : 0;
let ended = false;
let got = 0;
let read = 0;
let taken = 0;
let told = WINDOW;

function message(type, content, { buffers = [], written } = {}) {
  messages += 1;
  socket.send(encode({ id: `${comm}-${messages}`, type, content: { comm_id: comm, ...content }, buffers }), written);
}

function frame(kind, buffers = []) {
  message('comm_msg', { data: { seq: sent, kind, round: 0 } }, { buffers });
  sent += 1;
  for (const buffer of buffers) weight += Math.max(buffer.length, LEAST);
}

function acknowledge() {
  told = taken + WINDOW;
  message('comm_msg', { data: { got, limit: told, sent, round: 0, again: 0, ask: false } });
}

function pump() {
  while (left > 0 && limit - weight >= FRAME) {
    const next = piece.subarray(0, Math.min(left, FRAME));
    left -= next.length;
    frame('in', [next]);
  }
  if (left > 0 || ended) return;
  ended = true;
  frame('eof');
}

socket.on('open', () => {
  const data = { call: 'forward', arguments: { host: 'localhost', port: Number(port) } };
  message('comm_open', { target_name: target, data: { ...data, resume: false, standing: null, silence: null } });
  frame('in', [Buffer.from(way === 'up' ? 'u' : 'd')]);
  pump();
});
socket.on('message', bytes => {
  const heard = decode(bytes);
  if (heard.channel !== 'iopub' || heard.header().msg_type !== 'comm_msg') return;
  const { comm_id: id, data } = heard.content();
  if (id !== comm) return;
  if (data.seq === undefined) {
    limit = Math.max(limit, data.limit);
    pump();
    if (data.ask) acknowledge();
    return;
  }
  got += 1;
  for (const buffer of heard.buffers()) {
    read += buffer.length;
    taken += Math.max(buffer.length, LEAST);
  }
  if (data.kind === 'end') {
    if (data.failed || read !== (way === 'up' ? 1 : Number(process.env.FORWARD_BYTES))) process.exitCode = 1;
    message('comm_close', { data: {} }, { written: () => socket.terminate() });
  } else if (taken + WINDOW - told >= WINDOW / 4) acknowledge();
});
socket.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
