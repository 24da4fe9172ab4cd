import type { Identity } from '../core/account.ts';
import { Failure, type FailureFacts, isFailure } from '../core/failure.ts';
import type { Doorway } from '../core/runtime.ts';
import { ask, type HttpAnswer, type HttpHost } from '../http/request.ts';
import { CLIENT_AGENT, HEADERS } from './headers.ts';
import { refusedScope, refusedToken, unexpectedStatus } from './refusals.ts';

export interface ExchangeDeps {
  readonly host: HttpHost;
  identity(): Promise<Identity>;
}

export interface Call {
  readonly plane: URL;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the plane. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Statuses outside 2xx that the caller understands; any other becomes a failure here. */
  readonly statuses?: readonly number[];
  /** Try again after 5xx and cut connections; when absent, for GET alone. */
  readonly retry?: boolean;
  /** An endpoint that need not accept us: a refusal is no reason to renew the token. */
  readonly optional?: boolean;
}

/** Statuses that are no reason to try again: we say what they mean ourselves. */
const SETTLED = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 409, 410, 412, 422];
const PORTAL_HINTS = ['open a web page in a browser: a login page of the network, or a proxy, may be in between'];

/**
 * One exchange with Colab's control plane, as the signed-in account. A refused token is renewed once. Failures:
 * what `Identity.accessToken` throws, `invalidCredentials` (401 twice), `insufficientScopes` and `forbidden` (403),
 * `rateLimited`, `connectionTimeout`, `apiUnavailable` (5xx, a web page instead of data, other statuses).
 */
export async function exchange(deps: ExchangeDeps, call: Call): Promise<HttpAnswer> {
  const identity = await deps.identity();
  let answer = await once(deps.host, call, await identity.accessToken(call.signal));
  if (answer.status === 401 && call.optional !== true)
    answer = await once(deps.host, call, await identity.accessToken(call.signal, { fresh: true }));
  if ((answer.status >= 200 && answer.status < 300) || (call.statuses ?? []).includes(answer.status)) return answer;
  if (answer.status === 401) throw refusedToken(identity, call.plane);
  if (answer.status === 403) throw refusedScope(identity, answer, call.plane);
  throw unexpectedStatus(answer.status, whereOf(call), PORTAL_HINTS);
}

/** The address as it may be printed. */
export function whereOf({ plane, path }: Pick<Call, 'plane' | 'path'>): string {
  return `${plane.host}/${path}`;
}

async function once(host: HttpHost, call: Call, token: string): Promise<HttpAnswer> {
  const headers = { Authorization: `Bearer ${token}`, [HEADERS.agent]: CLIENT_AGENT, ...call.headers };
  const doorway: Doorway = { http: call.plane, ws: call.plane, headers, expires: null };
  const { method, path, signal, query, body, timeout, retry } = call;
  try {
    return await ask(host, doorway, {
      method,
      path,
      signal,
      statuses: [...SETTLED, ...(call.statuses ?? [])],
      ...(query ? { query } : {}),
      ...(body === undefined ? {} : { body }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(retry === undefined ? {} : { retry }),
    });
  } catch (error) {
    // The advice of the general exchange is about Jupyter servers.
    if (isFailure(error, 'apiUnavailable')) throw readvised(error, error.facts.retryable === false ? PORTAL_HINTS : []);
    throw error;
  }
}

function readvised(error: Failure, hints: readonly string[]): Failure {
  const { hints: _, ...facts } = error.facts;
  const advice: FailureFacts = hints.length === 0 ? {} : { hints };
  return new Failure(error.kind, error.message, { ...facts, ...advice });
}
