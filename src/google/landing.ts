import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../core/failure.ts';
import type { Landing } from '../core/login.ts';
import { Deferred } from '../util/deferred.ts';
import { page } from './pages.ts';

const LIMIT_MS = 5 * 60_000;

/** Listens on a free port of this machine alone for a browser that comes back from Google. */
export async function openLanding(): Promise<Landing> {
  const expected: Expected = { state: null, arrival: new Deferred() };
  const server = createServer((request, response) => receive(request, response, expected));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}`,
    code: (state, signal) => waitForCode(expected, state, signal),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Arrival = Awaited<ReturnType<Landing['code']>>;

interface Expected {
  /** Null before the sign-in has begun and after it has ended. */
  state: string | null;
  readonly arrival: Deferred<Arrival>;
}

async function waitForCode(expected: Expected, state: string, signal: AbortSignal): Promise<Arrival> {
  signal.throwIfAborted();
  expected.state = state;
  const { arrival } = expected;
  const abort = () => arrival.reject(signal.reason);
  const timer = setTimeout(() => arrival.reject(tooLate()), LIMIT_MS);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await arrival.promise;
  } finally {
    expected.state = null;
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** The first request with our state decides. All others are told off and change nothing. */
function receive(request: IncomingMessage, response: ServerResponse, expected: Expected): void {
  const query = ourQuery(request, response, expected.state);
  if (query === null) return;
  expected.state = null;
  const code = query.get('code');
  const error = query.get('error');
  if (code !== null && code !== '' && error === null) {
    const reply = (success: boolean) => answer(response, success ? 200 : 400, page(success ? 'done' : 'failed'));
    expected.arrival.resolve({ code, reply });
  } else {
    void answer(response, 200, page('denied')).then(() => expected.arrival.reject(refusal(error)));
  }
}

/** The query of a redirect that is ours; anything else is answered here. */
function ourQuery(request: IncomingMessage, response: ServerResponse, state: string | null): URLSearchParams | null {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (url.pathname !== '/') return refuse(response, 404);
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    return refuse(response, 405);
  }
  if (state === null || url.searchParams.get('state') !== state) return refuse(response, 400);
  return url.searchParams;
}

function refuse(response: ServerResponse, status: number): null {
  void answer(response, status, page('stranger'));
  return null;
}

function answer(response: ServerResponse, status: number, body: string): Promise<void> {
  return new Promise(resolve => {
    response.once('close', resolve);
    response.writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'",
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      Connection: 'close',
    });
    response.end(body);
  });
}

/** What Google's page said instead of a code. */
export function refusal(error: string | null): Failure {
  const begin = 'begin again with `lecoder-cgpu auth login`';
  if (error === 'access_denied') {
    return new Failure('notAuthenticated', 'access was denied on the page of Google', {
      hints: [begin, 'for a client in testing mode, your address has to be among its test users'],
    });
  }
  const name = error !== null && /^[\w.-]{1,60}$/.test(error) ? error : 'no code';
  return new Failure('invalidCredentials', `Google sent the browser back without a code (${name})`, { hints: [begin] });
}

function tooLate(): Failure {
  return new Failure('connectionTimeout', `nobody signed in within ${LIMIT_MS / 60_000} minutes`, {
    hints: [
      'begin again with `lecoder-cgpu auth login`',
      'where no browser can be opened: `lecoder-cgpu auth login --headless`',
    ],
  });
}
