import { type AccountDeps, askAsAccount, unexpectedStatus } from '../http/as-account.ts';
import type { HttpAnswer } from '../http/request.ts';
import { CLIENT_AGENT, HEADERS } from './headers.ts';
import { refusedScope, refusedToken } from './refusals.ts';

export type ExchangeDeps = AccountDeps;

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

/**
 * One exchange with Colab's control plane, as the signed-in account. A refused token is renewed once. Failures:
 * what `Identity.accessToken` throws, `invalidCredentials` (401 twice), `insufficientScopes` and `forbidden` (403),
 * `rateLimited`, `connectionTimeout`, `apiUnavailable` (5xx, a web page instead of data, other statuses).
 */
export async function exchange(deps: ExchangeDeps, call: Call): Promise<HttpAnswer> {
  const { plane, ...request } = call;
  const headers = { [HEADERS.agent]: CLIENT_AGENT, ...call.headers };
  const answer = await askAsAccount(deps, { ...request, origin: plane, headers });
  if ((answer.status >= 200 && answer.status < 300) || (call.statuses ?? []).includes(answer.status)) return answer;
  const identity = await deps.identity();
  if (answer.status === 401) throw refusedToken(identity, plane);
  if (answer.status === 403) throw refusedScope(identity, answer, plane);
  throw unexpectedStatus(answer.status, whereOf(call));
}

/** The address as it may be printed. */
export function whereOf({ plane, path }: Pick<Call, 'plane' | 'path'>): string {
  return `${plane.host}/${path}`;
}
