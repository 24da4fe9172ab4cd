// The least a program can do to read what a remote command prints: one socket to a kernel it knows that has the remote
// half loaded, one comm, every frame to stdout as it comes, and the acknowledgements without which the other end stops.
// The protocol is described in docs/remote-half.md; nothing here is prepared for a lost frame.
import { decode, encode, openKernel } from './wire.mjs';

const { FLOOR_URL: url, FLOOR_TOKEN: token, FLOOR_KERNEL: kernel } = process.env;
const { FLOOR_TARGET: target, FLOOR_COMMAND: command } = process.env;
const WINDOW = 16 * 1024 * 1024;
const LEAST = 64 * 1024;

const socket = openKernel({ url, token, kernel });
const comm = `floor-${process.pid}`;
let sent = 0;
let got = 0;
let taken = 0;
let told = WINDOW;

function send(type, content, then) {
  sent += 1;
  socket.send(encode({ id: `${comm}-${sent}`, type, content: { comm_id: comm, ...content } }), then);
}

function acknowledge() {
  told = taken + WINDOW;
  send('comm_msg', { data: { got, limit: told, sent: 0, round: 0, again: 0, ask: false } });
}

socket.on('open', () => {
  const call = { command, env: {}, folder: null, timeout: null, input: false, terminal: null };
  const data = { call: 'shell', arguments: call, resume: false, standing: null, silence: null };
  send('comm_open', { target_name: target, data });
});
socket.on('message', frame => {
  const message = decode(frame);
  if (message.channel !== 'iopub' || message.header().msg_type !== 'comm_msg') return;
  const { comm_id: id, data } = message.content();
  if (id !== comm) return;
  if (data.seq === undefined) {
    if (data.ask) acknowledge();
    return;
  }
  got += 1;
  for (const buffer of message.buffers()) {
    process.stdout.write(buffer);
    taken += Math.max(buffer.length, LEAST);
  }
  if (data.kind === 'end') {
    if (data.failed) process.exitCode = 1;
    send('comm_close', { data: {} }, () => socket.terminate());
  } else if (taken + WINDOW - told >= WINDOW / 4) acknowledge();
});
socket.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
