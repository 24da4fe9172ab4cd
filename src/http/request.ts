import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { Doorway } from '../core/runtime.ts';
import { answerFailure, pageFailure, printable } from './answer-failure.ts';
import { networkFailure, wasCut } from './network-failure.ts';
import { pauseBefore } from './pauses.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the doorway's base address, without a leading slash. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is; instead of `body`. */
  readonly content?: HttpContent;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Milliseconds for each try, the body included; 15000 when absent. */
  readonly timeout?: number;
  /** Statuses outside 2xx that the caller deals with itself; 3xx here means a redirect is not followed. */
  readonly statuses?: readonly number[];
  /** Try again after 5xx and cut connections; when absent, for GET alone. */
  readonly retry?: boolean;
}

export interface HttpContent {
  /** MIME type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came; `text` is the same as UTF-8. */
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Throws an `apiUnavailable` failure when the body is not JSON. */
  json(): unknown;
}

/** The part of the host that talking HTTP takes. */
export type HttpHost = Pick<Host, 'fetch' | 'sleep'>;

const TRIES = 3;
const REDIRECTS = 5;
const TIMEOUT = 15_000;

/**
 * One exchange with the server behind a doorway. Failures: `connectionTimeout` for everything below HTTP,
 * `invalidCredentials` (401, 403), `rateLimited` (429, after obeying Retry-After), `apiUnavailable` (5xx, after
 * backing off where the request may be repeated), `usage` (other statuses). Rejects with the signal's reason when aborted.
 */
export async function ask(host: HttpHost, doorway: Doorway, request: HttpRequest): Promise<HttpAnswer> {
  const start = addressOf(doorway, request);
  const retry = request.retry ?? request.method === 'GET';
  for (let tried = 1; ; tried += 1) {
    let answer: HttpAnswer | null = null;
    let failure: Failure;
    try {
      answer = await follow(host, doorway, request, start);
      if (isWanted(answer, request)) return answer;
      failure = answerFailure(start, answer);
    } catch (error) {
      if (!(error instanceof Failure) || !retry || !wasCut(error.cause)) throw error;
      failure = error;
    }
    const pause = tried < TRIES ? pauseBefore(tried, answer, retry) : null;
    if (pause === null) throw failure;
    await host.sleep(pause, request.signal);
  }
}

function addressOf(doorway: Doorway, request: HttpRequest): URL {
  const url = new URL(request.path, doorway.http);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  return url;
}

function isWanted(answer: HttpAnswer, request: HttpRequest): boolean {
  return (answer.status >= 200 && answer.status < 300) || (request.statuses ?? []).includes(answer.status);
}

/** Sends, and goes along with redirects of GETs within the origin: the token never leaves for another one. */
async function follow(host: HttpHost, doorway: Doorway, request: HttpRequest, start: URL): Promise<HttpAnswer> {
  let url = start;
  for (let hops = 0; ; hops += 1) {
    const answer = await exchange(host, doorway, request, url);
    if (isWanted(answer, request)) {
      if (answer.status < 300 && isPage(answer)) throw pageFailure(url);
      return answer;
    }
    const next = request.method === 'GET' ? redirectOf(answer, url) : null;
    if (next === null || hops === REDIRECTS) return answer;
    if (next.origin !== url.origin) throw answerFailure(url, answer);
    url = next;
  }
}

function redirectOf(answer: HttpAnswer, url: URL): URL | null {
  const location = answer.headers.get('location');
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === null || !URL.canParse(location, url.href))
    return null;
  return new URL(location, url);
}

function isPage(answer: HttpAnswer): boolean {
  return (answer.headers.get('content-type') ?? '').startsWith('text/html');
}

async function exchange(host: HttpHost, doorway: Doorway, request: HttpRequest, url: URL): Promise<HttpAnswer> {
  request.signal.throwIfAborted();
  const timeout = request.timeout ?? TIMEOUT;
  const control = new AbortController();
  const stop = (): void => control.abort(request.signal.reason);
  request.signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => control.abort(), timeout);
  try {
    const response = await host.fetch(url, { ...initOf(doorway, request), signal: control.signal });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    return { status: response.status, headers: response.headers, bytes, text, json: () => parse(url, text) };
  } catch (error) {
    request.signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    if (control.signal.aborted) throw tooLate(url, timeout);
    throw networkFailure(url, error);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', stop);
  }
}

function initOf(doorway: Doorway, request: HttpRequest): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json', ...doorway.headers };
  if (request.content !== undefined) {
    headers['Content-Type'] = request.content.type;
    return {
      method: request.method,
      headers,
      redirect: 'manual',
      body: request.content.bytes as NonNullable<RequestInit['body']>,
    };
  }
  if (request.body === undefined) return { method: request.method, headers, redirect: 'manual' };
  headers['Content-Type'] = 'application/json';
  return { method: request.method, headers, redirect: 'manual', body: JSON.stringify(request.body) };
}

function parse(url: URL, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's message would quote the body, which may hold what must not be printed.
    const kind = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new Failure('apiUnavailable', `the answer of ${printable(url)} ${kind}`, {
      retryable: false,
      hints: ['Check the address of the Jupyter server, its path included'],
    });
  }
}

function tooLate(url: URL, timeout: number): Failure {
  return new Failure('connectionTimeout', `no answer from ${url.host} within ${timeout / 1000} s`, {
    hints: ['Check the address, the network and any firewall'],
  });
}
