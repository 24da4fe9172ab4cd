// The least a program can do to move one file through the remote half with SHA-256 at both ends: one socket to a kernel
// that has the half loaded, one comm, the file's pieces, and the acknowledgements without which the other end stops. The
// protocol is described in docs/remote-half.md and docs/files.md; nothing here is prepared for a lost frame.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { decode, encode, openKernel } from './wire.mjs';

const { FLOOR_URL: url, FLOOR_TOKEN: token, FLOOR_KERNEL: kernel, FLOOR_TARGET: target } = process.env;
const { FLOOR_WAY: way, FLOOR_LOCAL: local, FLOOR_REMOTE: remote } = process.env;
const WINDOW = 16 * 1024 * 1024;
const FRAME = 1024 * 1024;
const LEAST = 64 * 1024;

const socket = openKernel({ url, token, kernel });
const comm = `floor-${process.pid}`;
const file = openSync(local, way === 'up' ? 'r' : 'w');
const hash = createHash('sha256');
let messages = 0;
let sent = 0;
let weight = 0;
let limit = WINDOW;
let got = 0;
let taken = 0;
let told = WINDOW;
let sending = false;
let moved = 0;

function message(type, content, { buffers = [], written } = {}) {
  messages += 1;
  socket.send(encode({ id: `${comm}-${messages}`, type, content: { comm_id: comm, ...content }, buffers }), written);
}

function frame(kind, fields = {}, buffers = []) {
  message('comm_msg', { data: { ...fields, seq: sent, kind, round: 0 } }, { buffers });
  sent += 1;
  for (const buffer of buffers) weight += Math.max(buffer.length, LEAST);
}

function acknowledge() {
  told = taken + WINDOW;
  message('comm_msg', { data: { got, limit: told, sent, round: 0, again: 0, ask: false } });
}

function pump() {
  while (sending && limit - weight >= FRAME) {
    const block = Buffer.allocUnsafeSlow(FRAME);
    const count = readSync(file, block);
    if (count === 0) {
      sending = false;
      frame('close', { size: moved, sha256: hash.digest('hex') });
      frame('eof');
      return;
    }
    const piece = block.subarray(0, count);
    hash.update(piece);
    moved += count;
    frame('data', {}, [piece]);
  }
}

/** What each frame of the other side asks for. */
const ANSWERS = {
  go: () => frame('file', { root: 0, path: '', mode: 0o644, mtime: null, size: fstatSync(file).size }),
  offer() {
    frame('start', { at: 0 });
    sending = true;
    pump();
  },
  roots: () => way === 'down' && frame('go'),
  file: () => frame('offer', { marks: [], there: null }),
  close: ({ sha256 }) => {
    if (sha256 !== hash.digest('hex')) process.exitCode = 1;
  },
  end({ failed }) {
    if (failed) process.exitCode = 1;
    closeSync(file);
    message('comm_close', { data: {} }, { written: () => socket.terminate() });
  },
};

socket.on('open', () => {
  const names = ['file'];
  const put = { call: 'put', arguments: { target: remote, names, bytes: null, resume: false, verify: true } };
  const get = { call: 'get', arguments: { paths: [remote], verify: true } };
  const data = { ...(way === 'up' ? put : get), resume: false, standing: null, silence: null };
  message('comm_open', { target_name: target, data });
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
    hash.update(buffer);
    writeSync(file, buffer);
    taken += Math.max(buffer.length, LEAST);
  }
  ANSWERS[data.kind]?.(data);
  if (taken + WINDOW - told >= WINDOW / 4) acknowledge();
});
socket.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
