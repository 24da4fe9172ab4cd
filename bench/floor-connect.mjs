// The least a program can do to get a machine: a token, whether there is a machine, one, a kernel on it, a socket to that.
// Nothing is written down, so that a crash would leave a machine running; no choice of model, no refusal understood.
import { randomUUID } from 'node:crypto';
import { accessToken, readGuarded } from './google.mjs';
import { openKernel } from './wire.mjs';

const key = randomUUID().replaceAll('-', '_').padEnd(44, '.');
const query = new URLSearchParams({ nbh: key, variant: 'GPU', accelerator: 'T4', authuser: '0' });
const address = `${process.env.LECODER_EMULATOR}/tun/m/assign?${query}`;
const headers = { Authorization: `Bearer ${await accessToken(process.env)}` };
const { token: xsrf } = readGuarded(await (await fetch(address, { headers })).text());
const asking = await fetch(address, { method: 'POST', headers: { ...headers, 'X-Goog-Colab-Token': xsrf } });
const { url, token } = readGuarded(await asking.text()).runtimeProxyInfo;
const made = await fetch(`${url}/api/kernels`, {
  method: 'POST',
  headers: { 'X-Colab-Runtime-Proxy-Token': token, 'Content-Type': 'application/json' },
  body: '{}',
});
const { id } = await made.json();
const socket = openKernel({ url: `${url}/`, proxyToken: token, kernel: id });
socket.on('open', () => {
  socket.terminate();
  // What is kept alive for a next request would keep the program waiting.
  process.exit(0);
});
socket.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
