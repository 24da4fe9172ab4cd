import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../../src/core/failure.ts';
import type { Doorway } from '../../../src/core/runtime.ts';
import { ask, type HttpHost, type HttpRequest } from '../../../src/http/request.ts';
import { CERTIFICATE } from '../../support/certificate.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()));
});

async function serve(answer: Answer, tls = false): Promise<Doorway & { requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    let body = '';
    request.on('data', chunk => (body += chunk));
    request.on('end', () => answer(request, response, body));
  };
  const server = tls ? createTlsServer(CERTIFICATE, listener) : createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { ...doorway(`${tls ? 'https' : 'http'}://127.0.0.1:${address.port}/base/`), requests };
}

function doorway(address: string): Doorway {
  return {
    http: new URL(address),
    ws: new URL(address),
    headers: { Authorization: 'token hush' },
    expires: null,
  };
}

/** The real fetch; waits are noted instead of waited for. */
function host(waits: number[] = []): HttpHost {
  return { fetch: (url, init) => fetch(url, init), sleep: async ms => void waits.push(ms) };
}

function get(more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', path: 'api/thing', signal: new AbortController().signal, ...more };
}

async function failure(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`no failure but ${String(error)}`);
  expect(`${error.message} ${JSON.stringify({ ...error.facts, cause: null })}`).not.toMatch(/hush|secret/);
  return error;
}

function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

test('sends method, path, query, headers and body, and gives back what came', async () => {
  const server = await serve((request, response, body) =>
    json(response, 201, {
      method: request.method,
      url: request.url,
      token: request.headers.authorization,
      body: JSON.parse(body),
    }),
  );
  const answer = await ask(host(), server, get({ method: 'POST', query: { a: 'b c' }, body: { x: [1] } }));
  expect(answer.status).toBe(201);
  expect(answer.json()).toEqual({
    method: 'POST',
    url: '/base/api/thing?a=b+c',
    token: 'token hush',
    body: { x: [1] },
  });
});

test.each([
  [401, { message: 'Unauthorized' }, 'invalidCredentials'],
  [403, { message: 'Forbidden', reason: null }, 'invalidCredentials'],
  [403, { message: '', reason: 'no kernels for you' }, 'forbidden'],
  [404, {}, 'usage'],
  [400, { message: 'bad name' }, 'usage'],
  [500, {}, 'apiUnavailable'],
] as const)('%i with %j is %s', async (status, body, kind) => {
  const server = await serve((_, response) => json(response, status, body));
  const error = await failure(ask(host(), server, get({ query: { key: 'secret' } })));
  expect(error.kind).toBe(kind);
  expect(error.message).toContain(server.http.host);
});

test('the message of the server stands in the details', async () => {
  const server = await serve((_, response) => json(response, 400, { message: 'Invalid name' }));
  expect((await failure(ask(host(), server, get()))).facts.details).toBe('Invalid name');
});

test('statuses that the caller wants are answers', async () => {
  const server = await serve((_, response) => json(response, 404, { gone: true }));
  const answer = await ask(host(), server, get({ statuses: [404] }));
  expect([answer.status, answer.json()]).toEqual([404, { gone: true }]);
});

test('a GET is repeated after 5xx, with growing pauses, and then given up', async () => {
  const waits: number[] = [];
  const server = await serve((_, response) => json(response, 503, {}));
  expect((await failure(ask(host(waits), server, get()))).kind).toBe('apiUnavailable');
  expect(server.requests).toHaveLength(3);
  expect(waits).toEqual([250, 1000]);
});

test('a GET that succeeds at the second try succeeds', async () => {
  const server = await serve((_, response) => json(response, server.requests.length === 1 ? 502 : 200, { ok: true }));
  expect((await ask(host(), server, get())).json()).toEqual({ ok: true });
});

test('a POST is never repeated after 5xx', async () => {
  const server = await serve((_, response) => json(response, 503, {}));
  expect((await failure(ask(host(), server, get({ method: 'POST' })))).kind).toBe('apiUnavailable');
  expect(server.requests).toHaveLength(1);
});

test('Retry-After of a 429 is obeyed, for a POST too', async () => {
  const waits: number[] = [];
  const server = await serve((_, response) =>
    server.requests.length === 1 ? json(response, 429, {}, { 'retry-after': '2' }) : json(response, 200, {}),
  );
  expect((await ask(host(waits), server, get({ method: 'POST' }))).status).toBe(200);
  expect(waits).toEqual([2000]);
});

test('Retry-After as a date is obeyed', async () => {
  const waits: number[] = [];
  const headers = { date: 'Fri, 20 Nov 2026 06:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 06:00:07 GMT' };
  const server = await serve((_, response) => json(response, server.requests.length === 1 ? 429 : 200, {}, headers));
  await ask(host(waits), server, get());
  expect(waits).toEqual([7000]);
});

test('a Retry-After of hours is not waited for', async () => {
  const waits: number[] = [];
  const server = await serve((_, response) => json(response, 429, {}, { 'retry-after': '7200' }));
  expect((await failure(ask(host(waits), server, get()))).kind).toBe('rateLimited');
  expect([waits, server.requests.length]).toEqual([[], 1]);
});

test('a connection that is cut is tried again for a GET, not for a POST', async () => {
  const cut = await serve((request, response) =>
    cut.requests.length === 1 ? request.socket.destroy() : json(response, 200, {}),
  );
  expect((await ask(host(), cut, get())).status).toBe(200);
  const again = await serve(request => request.socket.destroy());
  expect((await failure(ask(host(), again, get({ method: 'POST' })))).kind).toBe('connectionTimeout');
  expect(again.requests).toHaveLength(1);
});

test('what goes wrong below HTTP is said in plain words', async () => {
  const closed = await serve(() => {});
  await closers.pop()?.();
  const refused = await failure(ask(host(), closed, get()));
  expect([refused.kind, refused.message]).toEqual([
    'connectionTimeout',
    `nothing listens at ${closed.http.host}: the connection was refused`,
  ]);
  const unknown = await failure(ask(host(), doorway('http://nobody.invalid/'), get()));
  expect([unknown.kind, unknown.message]).toEqual(['connectionTimeout', 'there is no host named nobody.invalid']);
  const tls = await serve((_, response) => json(response, 200, {}), true);
  const untrusted = await failure(ask(host(), tls, get()));
  expect([untrusted.kind, untrusted.message]).toEqual([
    'connectionTimeout',
    `the certificate of ${tls.http.host} is not trusted`,
  ]);
  expect(untrusted.facts.hints?.[0]).toContain('NODE_EXTRA_CA_CERTS');
});

test('an answer that does not come in time is a timeout, also in the middle of the body', async () => {
  const silent = await serve(() => {});
  const error = await failure(ask(host(), silent, get({ timeout: 50 })));
  expect([error.kind, error.message]).toEqual([
    'connectionTimeout',
    `no answer from ${silent.http.host} within 0.05 s`,
  ]);
  const slow = await serve((_, response) => void response.writeHead(200).write('{'));
  expect((await failure(ask(host(), slow, get({ timeout: 50 })))).kind).toBe('connectionTimeout');
});

test('aborting rejects with the reason of the signal', async () => {
  const control = new AbortController();
  const reason = new Failure('interrupted', 'stopped');
  const server = await serve(() => control.abort(reason));
  await expect(ask(host(), server, get({ signal: control.signal }))).rejects.toBe(reason);
  await expect(ask(host(), server, get({ signal: control.signal }))).rejects.toBe(reason);
  expect(server.requests).toHaveLength(1);
});

test('a redirect within the origin is followed for a GET, and left to callers who want to see it', async () => {
  const server = await serve((request, response) =>
    request.url === '/base/api/thing'
      ? response.writeHead(302, { location: '/elsewhere' }).end()
      : json(response, 200, { at: request.url }),
  );
  expect((await ask(host(), server, get())).json()).toEqual({ at: '/elsewhere' });
  expect((await ask(host(), server, get({ statuses: [302] }))).headers.get('location')).toBe('/elsewhere');
  expect((await failure(ask(host(), server, get({ method: 'DELETE' })))).kind).toBe('apiUnavailable');
});

test('the token is not carried to another origin', async () => {
  const other = await serve((_, response) => json(response, 200, {}));
  const server = await serve((_, response) =>
    response.writeHead(302, { location: `${other.http.href}x?token=secret` }).end(),
  );
  const error = await failure(ask(host(), server, get()));
  expect([error.kind, other.requests.length]).toEqual(['usage', 0]);
  expect(error.message).toContain(`${other.http.href}x`);
});

test('redirects in a circle end', async () => {
  const server = await serve((_, response) => response.writeHead(302, { location: '/base/api/thing' }).end());
  expect((await failure(ask(host(), server, get()))).kind).toBe('apiUnavailable');
  expect(server.requests).toHaveLength(6);
});

test('a web page or broken JSON is not taken for data', async () => {
  const page = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>secret</h1>'),
  );
  expect((await failure(ask(host(), page, get({ query: { a: 'secret' } })))).message).toBe(
    `${page.http.href}api/thing answered with a web page instead of data`,
  );
  const broken = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"secret'),
  );
  const answer = await ask(host(), broken, get());
  expect((await failure(Promise.resolve().then(() => answer.json()))).kind).toBe('apiUnavailable');
});
