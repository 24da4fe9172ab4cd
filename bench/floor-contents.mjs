// A file through Jupyter's contents API, as a plain client does it: base64 in JSON, 8 MiB a request, one after the other.
import { closeSync, openSync, readSync } from 'node:fs';

const { FLOOR_URL: url, FLOOR_TOKEN: token, FLOOR_LOCAL: local, FLOOR_REMOTE: remote } = process.env;
const CHUNK = 8 * 1024 * 1024;

const file = openSync(local, 'r');
const block = Buffer.alloc(CHUNK);
let next = readSync(file, block);
for (let chunk = 1; next > 0; chunk += 1) {
  const content = block.toString('base64', 0, next);
  next = readSync(file, block);
  const body = { type: 'file', format: 'base64', content, chunk: next > 0 ? chunk : -1 };
  const answer = await fetch(new URL(`api/contents/${remote}`, url), {
    method: 'PUT',
    headers: { Authorization: `token ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
}
closeSync(file);
