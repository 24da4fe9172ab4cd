// Moves bytes over one TCP connection to FORWARD_PORT: reads all there are (down), or sends so many and waits for the
// word that they were read (up). The far end is in `bench/forward-rows.mjs`.
import { connect } from 'node:net';

const { FORWARD_PORT: port, FORWARD_WAY: way, FORWARD_BYTES: bytes } = process.env;
const socket = connect(Number(port), '127.0.0.1');
const piece = Buffer.alloc(1024 * 1024, 7);
let left = Number(bytes);

function pour() {
  while (left > 0) {
    const next = piece.subarray(0, Math.min(left, piece.length));
    left -= next.length;
    if (!socket.write(next)) return;
  }
  socket.end();
}

socket.write(way === 'up' ? 'u' : 'd');
if (way === 'up') {
  socket.on('drain', pour);
  pour();
}
let got = 0;
socket.on('data', chunk => {
  got += chunk.length;
});
socket.on('close', () => {
  if (got !== (way === 'up' ? 1 : Number(bytes))) process.exitCode = 1;
});
