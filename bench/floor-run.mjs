// The least a program can do to run code on a warm kernel: one socket to a kernel it knows, one execution, the reply and
// the kernel idle again. No session, no history, no reconnection, no errors told, no checks.
import { decode, encode, openKernel } from './wire.mjs';

const { FLOOR_URL: url, FLOOR_TOKEN: token, FLOOR_PROXY_TOKEN: proxyToken } = process.env;
const { FLOOR_KERNEL: kernel, FLOOR_CODE: code = '1+1' } = process.env;
const socket = openKernel({ url, token, proxyToken, kernel });
const id = `floor-${process.pid}`;
const waiting = new Set(['reply', 'idle']);

socket.on('open', () => {
  const content = {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
  socket.send(encode({ id, type: 'execute_request', content }));
});
socket.on('message', frame => {
  const message = decode(frame);
  if (message.parent().msg_id !== id) return;
  const type = message.header().msg_type;
  if (type === 'stream') process.stdout.write(message.content().text);
  else if (type === 'execute_result') process.stdout.write(`${message.content().data['text/plain']}\n`);
  else if (type === 'execute_reply') waiting.delete('reply');
  else if (type === 'status' && message.content().execution_state === 'idle') waiting.delete('idle');
  if (waiting.size === 0) socket.terminate();
});
socket.on('error', error => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
