import type { HttpAnswer } from './request.ts';

const LONGEST = 30_000;
const BACKOFF = [250, 1000];

/**
 * Milliseconds to wait before the next try, or null when there must be none. `tried` counts from 1; `answer` is null
 * when the connection was cut. A 429 was not acted upon, so any request may follow it; all else depends on `retry`.
 */
export function pauseBefore(
  tried: number,
  answer: Pick<HttpAnswer, 'status' | 'headers'> | null,
  retry: boolean,
): number | null {
  const usual = BACKOFF[Math.min(tried, BACKOFF.length) - 1] ?? LONGEST;
  if (answer === null) return retry ? usual : null;
  if (answer.status !== 429 && !(retry && answer.status >= 500)) return null;
  const asked = retryAfter(answer.headers);
  if (asked === null) return usual;
  return asked <= LONGEST ? asked : null;
}

/** Milliseconds from a Retry-After header in either of its two forms (RFC 9110, 10.2.3); null without one. */
function retryAfter(headers: Headers): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  const base = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) || Number.isNaN(base) ? null : Math.max(0, date - base);
}
