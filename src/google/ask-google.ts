import { Failure } from '../core/failure.ts';
import { networkFailure, wasCut } from '../http/network-failure.ts';
import { pauseBefore } from '../http/pauses.ts';
import type { HttpHost } from '../http/request.ts';

export interface GoogleRequest {
  readonly url: URL;
  /** Sent form-encoded by POST; a GET when absent. */
  readonly form?: URLSearchParams;
  readonly bearer?: string;
  readonly signal: AbortSignal;
}

export interface GoogleAnswer {
  readonly status: number;
  /** The JSON object of the body; null for an empty one. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

const TRIES = 3;
const TIMEOUT = 15_000;

/**
 * One exchange with Google's sign-in service. Returns 2xx, and 4xx that come with a JSON object: those say what is wrong.
 * Throws `connectionTimeout` for everything below HTTP, `rateLimited`, and `apiUnavailable` for 5xx (after backing off) and for
 * pages where data was expected: a captive portal must never look like an answer of Google's.
 */
export async function askGoogle(host: HttpHost, request: GoogleRequest): Promise<GoogleAnswer> {
  for (let tried = 1; ; tried += 1) {
    const seen = await tryOnce(host, request);
    if (!(seen instanceof Failed)) return seen;
    const pause = tried < TRIES && seen.again ? pauseBefore(tried, seen.answer, true) : null;
    if (pause === null) throw seen.failure;
    await host.sleep(pause, request.signal);
  }
}

class Failed {
  readonly failure: Failure;
  readonly answer: Parameters<typeof pauseBefore>[1];
  readonly again: boolean;
  constructor(failure: Failure, answer: Failed['answer'], again: boolean) {
    this.failure = failure;
    this.answer = answer;
    this.again = again;
  }
}

async function tryOnce(host: HttpHost, request: GoogleRequest): Promise<GoogleAnswer | Failed> {
  const { url, signal } = request;
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(TIMEOUT);
  let response: Response;
  let text: string;
  try {
    response = await host.fetch(url, { ...initOf(request), signal: AbortSignal.any([signal, limit]) });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    if (limit.aborted) return new Failed(tooLate(url), null, false);
    return new Failed(networkFailure(url, error), null, wasCut(error));
  }
  return readAnswer(url, response, text);
}

function initOf({ form, bearer }: GoogleRequest): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (bearer !== undefined) headers.Authorization = `Bearer ${bearer}`;
  if (form === undefined) return { method: 'GET', redirect: 'manual', headers };
  headers['Content-Type'] = 'application/x-www-form-urlencoded';
  return { method: 'POST', redirect: 'manual', headers, body: form.toString() };
}

function readAnswer(url: URL, { status, headers }: Response, text: string): GoogleAnswer | Failed {
  const answer = { status, headers, text, json: () => null };
  if (status === 429)
    return new Failed(new Failure('rateLimited', `${url.host} asks for fewer requests`), answer, true);
  if (status >= 500) return new Failed(new Failure('apiUnavailable', `${url.host} answered ${status}`), answer, true);
  const body = jsonObject(text);
  if (status >= 300 && status < 400) return new Failed(inBetween(url, `a redirect (${status})`), answer, false);
  if (body === null && !(status < 300 && text.trim() === ''))
    return new Failed(inBetween(url, 'something else than data'), answer, false);
  return { status, body };
}

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function inBetween(url: URL, what: string): Failure {
  return new Failure('apiUnavailable', `${url.host} answered with ${what}`, {
    hints: ['a login page of the network, or a proxy, may stand in between: open any web page to see'],
  });
}

function tooLate(url: URL): Failure {
  return new Failure('connectionTimeout', `no answer from ${url.host} within ${TIMEOUT / 1000} s`, {
    hints: ['check the network, and any proxy or firewall'],
  });
}
