import { Failure } from '../core/failure.ts';
import type { HttpAnswer } from './request.ts';

const TOKEN_HINTS = [
  'Give the right token with `--token`, or in `JUPYTER_TOKEN`',
  'A running server shows its token with `jupyter server list`',
];

/** The address as it may be printed: no user, query or fragment, where tokens live. */
export function printable(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** Turns a status nobody asked to see into the failure it means. Decided by number and by field, never by wording. */
export function answerFailure(url: URL, answer: HttpAnswer): Failure {
  const { status } = answer;
  const where = printable(url);
  const { message, reason } = saidBy(answer);
  const facts = message === null ? {} : { details: message };
  // Jupyter says 403 where others say 401, for a missing token as for a wrong one. A gateway that knows the caller and
  // forbids the deed gives a reason with it.
  if (status === 403 && reason !== null) return new Failure('forbidden', `${url.host} forbids that: ${reason}`);
  if (status === 401 || status === 403) {
    return new Failure('invalidCredentials', `${url.host} refused the token`, {
      ...facts,
      hints: TOKEN_HINTS,
    });
  }
  if (status === 429) return new Failure('rateLimited', `${url.host} asks for fewer requests`, facts);
  if (status >= 500) return new Failure('apiUnavailable', `${where} answered ${status}`, facts);
  if (status >= 300 && status < 400) return redirectFailure(url, answer);
  const hints = ['Check the address of the Jupyter server, its path included'];
  if (status === 404) return new Failure('usage', `${where} is not there (404)`, { ...facts, hints });
  return new Failure('usage', `${where} refused the request (${status})`, facts);
}

/** A page for people where data was expected: a login page, a captive portal, some other site. */
export function pageFailure(url: URL): Failure {
  return new Failure('apiUnavailable', `${printable(url)} answered with a web page instead of data`, {
    retryable: false,
    hints: ['Check the address of the Jupyter server, its path included; a login page in between would do this too'],
  });
}

function redirectFailure(url: URL, answer: HttpAnswer): Failure {
  const location = answer.headers.get('location');
  const target = location !== null && URL.canParse(location, url.href) ? new URL(location, url) : null;
  if (target === null)
    return new Failure('apiUnavailable', `${printable(url)} redirects to nowhere`, { retryable: false });
  if (target.origin === url.origin) {
    const message = `${printable(url)} keeps redirecting, last to ${printable(target)}`;
    return new Failure('apiUnavailable', message, { retryable: false });
  }
  return new Failure('usage', `${printable(url)} sends on to ${printable(target)}, which the token is not for`, {
    hints: [`If that is the right server, use \`--server ${target.origin}\` with its own path`],
  });
}

/** What the server says itself, when it says it in JSON as Jupyter's servers do; cut short. */
function saidBy(answer: HttpAnswer): { message: string | null; reason: string | null } {
  try {
    const body: unknown = JSON.parse(answer.text);
    if (typeof body === 'object' && body !== null) {
      const reason = 'reason' in body ? sentence(body.reason) : null;
      return { message: ('message' in body ? sentence(body.message) : null) ?? reason, reason };
    }
  } catch {
    // Not JSON: a page for people, and ours says enough.
  }
  return { message: null, reason: null };
}

function sentence(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 500) : null;
}
