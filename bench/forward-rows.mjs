import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compare, environment } from './measure.mjs';

const CLIENT = fileURLToPath(new URL('forward-client.mjs', import.meta.url));
const FLOOR = fileURLToPath(new URL('floor-forward.mjs', import.meta.url));
const BYTES = 300_000_000;
/** Megabytes a second that one forwarded connection has to carry. */
const LEAST_RATE = 60;

/** One TCP connection through `lecoder-cgpu forward`, and the same bytes over the same comm without a connection here. */
export const FORWARD_ROWS = [forwarded('forward, 300 MB up', 'up'), forwarded('forward, 300 MB down', 'down')];

function forwarded(name, way) {
  return {
    name,
    floor: 'the same comm, no port here',
    bar: 1.5,
    rounds: 5,
    async measure(bed, rounds) {
      const session = await bed.session((await bed.server()).url);
      const far = await farEnd();
      try {
        const { kernel, target } = await bed.remoteHalf();
        const work = { FORWARD_WAY: way, FORWARD_BYTES: String(BYTES) };
        const reached = { FLOOR_URL: session.url, FLOOR_TOKEN: session.token, FLOOR_KERNEL: kernel };
        const floor = { ...work, ...reached, FLOOR_TARGET: target, FORWARD_PORT: String(far.port) };
        const door = await openForward(bed.program, session.run().env, far.port);
        try {
          const env = environment({ ...work, FORWARD_PORT: String(door.port) });
          const programs = { ours: { args: [CLIENT], env }, floor: { args: [FLOOR], env: environment(floor) } };
          const timed = await compare(programs, { rounds });
          return { ...timed, facts: [rate(timed.ours)] };
        } finally {
          await door.close();
        }
      } finally {
        far.close();
      }
    },
  };
}

function rate(milliseconds) {
  const megabytes = BYTES / 1000 / milliseconds;
  return { ok: megabytes >= LEAST_RATE, text: `${Math.round(megabytes)} MB/s (bar ${LEAST_RATE} MB/s)` };
}

/** `d`: writes all bytes and ends. `u`: reads to the end, and says one byte when that was all. */
async function farEnd() {
  const piece = Buffer.alloc(1024 * 1024, 7);
  const server = createServer({ allowHalfOpen: true }, socket => {
    let left = BYTES;
    let way = null;
    let got = 0;
    const pour = () => {
      while (left > 0) {
        const next = piece.subarray(0, Math.min(left, piece.length));
        left -= next.length;
        if (!socket.write(next)) return;
      }
      socket.end();
    };
    socket.on('error', () => {});
    socket.on('data', chunk => {
      got += chunk.length;
      if (way !== null) return;
      way = String.fromCharCode(chunk[0]);
      got -= 1;
      if (way === 'd') socket.on('drain', pour);
      if (way === 'd') pour();
    });
    socket.on('end', () => way === 'u' && socket.end(got === BYTES ? '!' : ''));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => server.close() };
}

/** A running `lecoder-cgpu forward`, and the port here that it opened. */
async function openForward(program, env, port) {
  const args = [program, 'forward', `0:${port}`, '--json-lines', '--runtime', 'jupyter'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout });
  const opened = new Promise(resolve => {
    lines.on('line', line => {
      const event = JSON.parse(line);
      if (event.type === 'listening') resolve(event.localPort);
    });
  });
  const early = ended.then(status => {
    throw new Error(`\`forward\` ended with ${status}`);
  });
  early.catch(() => {});
  return {
    port: await Promise.race([opened, early]),
    async close() {
      child.kill('SIGINT');
      await ended;
    },
  };
}
