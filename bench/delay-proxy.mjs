import { connect, createServer } from 'node:net';

/** Past this many bytes on their way the sender has to wait, as on a real line. */
const IN_FLIGHT = 8 * 1024 * 1024;

/**
 * A TCP proxy on loopback that makes the way to `target` ({ host, port }) as long as `roundTrip` ms: every byte takes half
 * of it in each direction, and opening a connection takes one whole round trip, as TCP's handshake does.
 * Counts connections, and HTTP requests by their first lines; `requests` are those other than upgrades, by `METHOD /path`
 * without the query, each with `early`: it came before any socket was upgraded.
 */
export async function startProxy(target, roundTrip = 0) {
  const seen = { connections: 0, upgrades: 0, requests: [] };
  const open = new Set();
  const server = createServer({ noDelay: true }, client => {
    seen.connections += 1;
    const upstream = connect({ ...target, noDelay: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => open.delete(socket));
    }
    const sniff = sniffer(seen);
    client.on('data', sniff);
    delayed(client, upstream, { delay: roundTrip / 2, handshake: roundTrip });
    delayed(upstream, client, { delay: roundTrip / 2, handshake: 0 });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    seen,
    forget() {
      Object.assign(seen, { connections: 0, upgrades: 0, requests: [] });
    },
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** Hands everything `from` says to `to`, in order, `delay` ms after it was said; the end, too. */
function delayed(from, to, { delay, handshake }) {
  const ready = performance.now() + handshake;
  const queue = [];
  let waiting = 0;
  let clock = null;
  const breathe = () => {
    if (waiting < IN_FLIGHT && !to.writableNeedDrain) from.resume();
  };
  const flush = () => {
    clock = null;
    while (queue.length > 0 && queue[0].due <= performance.now()) {
      const { chunk } = queue.shift();
      if (chunk === null) to.end();
      else {
        waiting -= chunk.length;
        if (!to.write(chunk)) from.pause();
      }
    }
    breathe();
    if (queue.length > 0) clock = setTimeout(flush, Math.max(0, queue[0].due - performance.now()));
  };
  const put = chunk => {
    queue.push({ chunk, due: Math.max(performance.now(), ready) + delay });
    if (clock === null) flush();
  };
  to.on('drain', breathe);
  from.on('data', chunk => {
    waiting += chunk.length;
    if (waiting > IN_FLIGHT) from.pause();
    put(chunk);
  });
  from.on('end', () => put(null));
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}

/** Reads request heads until the connection is upgraded; bodies are passed over by their length. */
function sniffer(seen) {
  let text = '';
  let body = 0;
  let upgraded = false;
  return chunk => {
    if (upgraded) return;
    text += chunk.toString('latin1');
    for (;;) {
      const passed = Math.min(body, text.length);
      text = text.slice(passed);
      body -= passed;
      const end = text.indexOf('\r\n\r\n');
      if (body > 0 || end < 0) return;
      const head = text.slice(0, end);
      text = text.slice(end + 4);
      body = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      upgraded = /^upgrade: *websocket/im.test(head);
      if (upgraded) seen.upgrades += 1;
      else seen.requests.push({ line: head.split(' ', 2).join(' ').split('?')[0], early: seen.upgrades === 0 });
      if (upgraded) return;
    }
  };
}
