import type { Identity } from '../core/account.ts';
import { Failure, type FailureFacts, isFailure } from '../core/failure.ts';
import type { Doorway } from '../core/runtime.ts';
import { ask, type HttpAnswer, type HttpHost, type HttpRequest } from './request.ts';

export interface AccountDeps {
  readonly host: HttpHost;
  identity(): Promise<Identity>;
}

/** A request to one of Google's services. */
export interface AccountRequest extends HttpRequest {
  readonly origin: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** An endpoint that need not accept us: a refusal is no reason to renew the token. */
  readonly optional?: boolean;
}

/** Statuses that are no reason to try again: whoever asks says what they mean. */
const SETTLED = [301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 409, 410, 412, 422];
const PORTAL_HINTS = ['open a web page in a browser: a login page of the network, or a proxy, may be in between'];

/**
 * One exchange as the signed-in account; a refused token is renewed once. Gives back 2xx and what was refused for good. Failures:
 * what `Identity.accessToken` throws, `rateLimited`, `connectionTimeout`, `apiUnavailable` (5xx after backing off, a web page instead of data).
 */
export async function askAsAccount(deps: AccountDeps, request: AccountRequest): Promise<HttpAnswer> {
  const identity = await deps.identity();
  const answer = await once(deps.host, request, await identity.accessToken(request.signal));
  if (answer.status !== 401 || request.optional === true) return answer;
  return once(deps.host, request, await identity.accessToken(request.signal, { fresh: true }));
}

/** A status nobody has a meaning for. `where` is the address as it may be printed. */
export function unexpectedStatus(status: number, where: string): Failure {
  const redirected = status >= 300 && status < 400;
  return new Failure(
    'apiUnavailable',
    `${where} ${redirected ? 'redirects elsewhere' : 'refused the request'} (${status})`,
    {
      retryable: false,
      hints: redirected ? PORTAL_HINTS : ['Google may have changed the service: try a newer version of lecoder-cgpu'],
    },
  );
}

async function once(host: HttpHost, request: AccountRequest, token: string): Promise<HttpAnswer> {
  const { origin, headers, optional: _, ...rest } = request;
  const all = { Authorization: `Bearer ${token}`, ...headers };
  const doorway: Doorway = { http: origin, ws: origin, headers: all, expires: null };
  try {
    return await ask(host, doorway, { ...rest, statuses: [...SETTLED, ...(request.statuses ?? [])] });
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
