import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Identity } from '../../../src/core/account.ts';
import type { NotebookQuery } from '../../../src/core/drive.ts';
import { Failure } from '../../../src/core/failure.ts';
import { driveClient } from '../../../src/drive/client.ts';

/** What Drive answers next, whatever it is asked. */
interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: object | string;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()));
});

async function drive(answers: Answer[], source: 'session' | 'adc' = 'session') {
  const asked: IncomingMessage[] = [];
  const waits: number[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const { status = 200, headers = {}, body = {} } = answers.shift() ?? { status: 599 };
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise(resolve => server.close(resolve)));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const identity: Identity = {
    login: () => ({ account: null, scopes: [], source, tokenExpires: null }),
    accessToken: async (_, options) => (options?.fresh ? 'hush-new' : 'hush-old'),
    account: async () => null,
    require: () => {},
  };
  const client = driveClient({
    host: {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, connection: 'close' } }),
      sleep: async ms => void waits.push(ms),
      uuid: () => crypto.randomUUID(),
    },
    identity: async () => identity,
    emulator: new URL(`http://127.0.0.1:${address.port}/`),
  });
  const queries = () => asked.map(({ url = '' }) => new URL(url, 'http://x').searchParams);
  return { client, asked, waits, queries };
}

const { signal } = new AbortController();
const ALL: NotebookQuery = { order: 'name', limit: null, containing: null };
const file = (id: string) => ({ id, name: `${id}.ipynb` });
const refused = (status: number, reason: string, more: object = {}): Answer => ({
  status,
  body: { error: { code: status, message: 'hush', errors: [{ reason, ...more }] } },
});

async function failure(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`no failure but ${String(error)}`);
  return error;
}

test('the list goes on over short and empty pages, and stops at the limit', async () => {
  const pages = [
    { files: [file('a')], nextPageToken: '1' },
    { nextPageToken: '2' },
    { files: [file('b'), file('c')], nextPageToken: '3' },
    { files: [file('d')] },
  ];
  const whole = await drive(pages.map(body => ({ body })));
  const listed = await whole.client.list(ALL, signal);
  expect(listed.notebooks.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  expect(listed.more).toBe(false);
  expect(whole.queries().map(query => query.get('pageToken'))).toEqual([null, '1', '2', '3']);

  const some = await drive(pages.map(body => ({ body })));
  const first = await some.client.list({ ...ALL, limit: 2 }, signal);
  expect(first).toMatchObject({ notebooks: [{ id: 'a' }, { id: 'b' }], more: true });
  expect(some.queries().map(query => query.get('pageSize'))).toEqual(['2', '1', '1']);
});

test('a service that gives the same page for ever does not keep us for ever', async () => {
  const { client, asked } = await drive(Array.from({ length: 9 }, () => ({ body: { nextPageToken: 'x' } })));
  expect(await client.list(ALL, signal)).toEqual({ notebooks: [], more: true });
  expect(asked).toHaveLength(2);
});

test('quotes and backslashes in a search are escaped', async () => {
  const { client, queries } = await drive([{ body: { files: [] } }]);
  await client.list({ ...ALL, containing: "it's a \\ '' x' or trashed=true or 'x" }, signal);
  expect(queries()[0]?.get('q')).toMatch(/ and name contains 'it\\'s a \\\\ \\'\\' x\\' or trashed=true or \\'x'$/);
});

test('too many requests by 403 are tried again, also those that change something', async () => {
  const { client, waits, asked } = await drive([
    refused(403, 'userRateLimitExceeded'),
    { ...refused(403, 'rateLimitExceeded'), headers: { 'retry-after': '7' } },
    { body: file('made') },
  ]);
  expect(await client.create('x.ipynb', new Uint8Array(), signal)).toMatchObject({ id: 'made' });
  expect([asked.length, waits]).toEqual([3, [250, 7000]]);
  const never = await drive(Array.from({ length: 5 }, () => refused(403, 'rateLimitExceeded')));
  expect((await failure(never.client.list(ALL, signal))).kind).toBe('rateLimited');
  expect(never.asked).toHaveLength(3);
});

test('a notebook is not made twice after an answer that may have been too late', async () => {
  const { client, asked } = await drive([{ status: 503 }, { body: file('second') }]);
  expect((await failure(client.create('x.ipynb', new Uint8Array(), signal))).kind).toBe('apiUnavailable');
  expect(asked).toHaveLength(1);
});

test('what can be repeated is', async () => {
  const { client, asked } = await drive([{ status: 503 }, { body: file('a') }, { status: 500 }, { status: 404 }]);
  await client.trash('a', signal);
  await client.remove('a', signal);
  expect(asked.map(({ method }) => method)).toEqual(['PATCH', 'PATCH', 'DELETE', 'DELETE']);
});

test('a refused token is renewed once', async () => {
  const { client, asked } = await drive([{ status: 401 }, { body: file('a') }]);
  await client.describe('a', signal);
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer hush-old', 'Bearer hush-new']);
  const twice = await drive([{ status: 401 }, { status: 401 }]);
  expect((await failure(twice.client.describe('a', signal))).kind).toBe('invalidCredentials');
});

const LARGE = new Uint8Array(6 * 1024 * 1024);
const begun = { headers: { location: '/upload/drive/v3/files?upload_id=hush' } };

test('large content goes on where Drive says it stopped, and is made once', async () => {
  const { client, asked, waits } = await drive([
    begun,
    { status: 503 },
    { status: 308, headers: { range: 'bytes=0-999' } },
    { status: 308, headers: { range: 'bytes=0-4999' } },
    { body: file('large') },
  ]);
  expect(await client.create('x.ipynb', LARGE, signal)).toMatchObject({ id: 'large' });
  expect(asked.map(({ method }) => method)).toEqual(['POST', 'PUT', 'PUT', 'PUT', 'PUT']);
  expect(asked[0]?.headers).toMatchObject({ 'x-upload-content-length': '6291456' });
  expect(asked.slice(1).map(({ headers }) => headers['content-range'])).toEqual([
    'bytes 0-6291455/6291456',
    'bytes */6291456',
    'bytes 1000-6291455/6291456',
    'bytes 5000-6291455/6291456',
  ]);
  expect(asked.map(({ headers }) => headers['content-length']).slice(1)).toEqual([
    '6291456',
    '0',
    '6290456',
    '6286456',
  ]);
  expect(waits).toEqual([250]);
});

test('a Drive that takes no more of large content is given up', async () => {
  const none = await drive([begun, ...Array.from({ length: 9 }, () => ({ status: 308 }))]);
  expect((await failure(none.client.create('x.ipynb', LARGE, signal))).kind).toBe('transferFailed');
  const down = await drive([begun, ...Array.from({ length: 9 }, () => ({ status: 503 }))]);
  expect((await failure(down.client.create('x.ipynb', LARGE, signal))).kind).toBe('apiUnavailable');
  expect(down.asked).toHaveLength(4);
});

test.each(['https://elsewhere.example/upload', '//elsewhere.example/', ''])(
  'large content and the token go to no other place than Drive: %j',
  async location => {
    const { client, asked } = await drive([{ headers: { location } }]);
    const { kind, message } = await failure(client.create('x.ipynb', LARGE, signal));
    expect([kind, message.includes('elsewhere'), asked.length]).toEqual(['apiUnavailable', false, 1]);
  },
);

const DETAILS = {
  code: 403,
  message: 'hush',
  details: [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SERVICE_DISABLED' },
    {
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [{ url: 'https://console.developers.google.com/apis/api/drive.googleapis.com/overview?project=7' }],
    },
  ],
};

test.each([
  [
    'in the old form',
    refused(403, 'accessNotConfigured', { extendedHelp: 'https://console.cloud.google.com/apis?project=7' }),
    'https://console.cloud.google.com/apis?project=7',
  ],
  [
    'in the new form',
    { status: 403, body: { error: DETAILS } },
    'https://console.developers.google.com/apis/api/drive.googleapis.com/overview?project=7',
  ],
  [
    'without a page',
    refused(403, 'accessNotConfigured'),
    'https://console.cloud.google.com/apis/library/drive.googleapis.com',
  ],
  [
    "with a stranger's page",
    refused(403, 'accessNotConfigured', { extendedHelp: 'https://console.cloud.google.com.evil.example/' }),
    'https://console.cloud.google.com/apis/library/drive.googleapis.com',
  ],
])('an API that is not enabled, %s, names the page that enables it', async (_, answer, page) => {
  const { client } = await drive([answer]);
  const { kind, facts } = await failure(client.list(ALL, signal));
  expect([kind, facts.hints]).toEqual(['forbidden', [`enable it at ${page}, wait a minute, and try again`]]);
});

test.each([
  [refused(403, 'insufficientPermissions'), 'insufficientScopes'],
  [{ status: 403, headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } }, 'insufficientScopes'],
  [refused(403, 'storageQuotaExceeded'), 'forbidden'],
  [refused(403, 'domainPolicy'), 'forbidden'],
  [refused(404, 'notFound'), 'fileNotFound'],
  [refused(400, 'invalid'), 'usage'],
  [{ status: 302, headers: { location: 'https://login.example/' } }, 'apiUnavailable'],
  [{ headers: { 'content-type': 'text/html' }, body: '<p>Sign in' }, 'apiUnavailable'],
  [{ body: 'no JSON' }, 'apiUnavailable'],
  [{ body: { name: 'no id' } }, 'apiUnavailable'],
] as const)('%j is %s', async (answer, kind) => {
  const { client } = await drive([answer]);
  expect((await failure(client.describe('a', signal))).kind).toBe(kind);
});

test("a scope that gcloud's login lacks is gcloud's to add", async () => {
  const { client } = await drive([refused(403, 'insufficientPermissions')], 'adc');
  const { facts } = await failure(client.list(ALL, signal));
  expect(facts.hints?.[0]).toMatch(/gcloud auth application-default login .*drive\.file/);
});

test('bytes are not taken for text', async () => {
  const { client } = await drive([{ headers: { 'content-type': 'application/octet-stream' }, body: '\ufeffü\r\n' }]);
  expect(Buffer.from(await client.content('a', signal)).toString('hex')).toBe('efbbbfc3bc0d0a');
});

test('new content keeps the type the notebook has', async () => {
  const { client, asked } = await drive([{ body: file('a') }]);
  const mimeType = 'application/vnd.google.colaboratory';
  const rest = { createdTime: null, modifiedTime: null, webViewLink: null, url: '', trashed: false };
  await client.replace({ id: 'a', name: 'a', mimeType, ...rest }, new Uint8Array([1]), signal);
  expect([asked[0]?.method, asked[0]?.headers['content-type']]).toEqual(['PATCH', mimeType]);
});
