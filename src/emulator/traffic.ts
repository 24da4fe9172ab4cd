import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from './operations.ts';

const KEPT = 500;
const SECRET_HEADERS = new Set(['authorization', 'x-colab-runtime-proxy-token', 'x-goog-colab-token', 'cookie']);
const SECRET_PARAMETERS = new Set([
  'access_token',
  'client_secret',
  'code',
  'code_verifier',
  'colab-runtime-proxy-token',
  'refresh_token',
  'token',
  'upload_id',
]);

/** A request as others may see it: secrets are hashed, so that two can still be told apart or found equal. */
export interface Seen {
  readonly number: number;
  /** Milliseconds of real time since 1970. */
  readonly at: number;
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Null while it is not answered; 0 when the connection was cut. */
  status: number | null;
}

/** Counts every request by operation and remembers the last ones. */
export class Traffic {
  readonly #counts = new Map<Operation, number>();
  readonly #seen: Seen[] = [];
  #number = 0;

  note(operation: Operation, request: { method: string; url: URL; headers: IncomingHttpHeaders }): Seen {
    this.#counts.set(operation, (this.#counts.get(operation) ?? 0) + 1);
    const seen: Seen = {
      number: ++this.#number,
      at: Date.now(),
      operation,
      method: request.method,
      path: request.url.pathname,
      query: Object.fromEntries(
        [...request.url.searchParams].map(([name, value]) => [
          name,
          SECRET_PARAMETERS.has(name) ? hashed(value) : value,
        ]),
      ),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [
          name,
          SECRET_HEADERS.has(name) ? hashed(String(value)) : String(value),
        ]),
      ),
      status: null,
    };
    this.#seen.push(seen);
    if (this.#seen.length > KEPT) this.#seen.shift();
    return seen;
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => a.localeCompare(b)));
  }

  last(): readonly Seen[] {
    return this.#seen;
  }

  forget(): void {
    this.#counts.clear();
    this.#seen.length = 0;
  }
}

/** Enough of a hash to recognise a secret by, and too little to use it. The scheme before it (`Bearer`) stays readable. */
export function hashed(secret: string): string {
  const [, scheme = '', rest = secret] = /^((?:Bearer|Basic|token) )?(.*)$/s.exec(secret) ?? [];
  return `${scheme}sha256:${createHash('sha256').update(rest).digest('hex').slice(0, 16)}`;
}
