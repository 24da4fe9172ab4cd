import type { Account } from './accounts.ts';
import type { Clock } from './clock.ts';
import { secret } from './oauth/grants.ts';

const LIFE = 3_600_000;

/** Tokens that a GET gives out for the POST of the same address. */
export class Xsrf {
  readonly #clock: Clock;
  readonly #tokens = new Map<
    string,
    { readonly account: Account; readonly address: string; readonly expires: number }
  >();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(account: Account, address: string): string {
    const token = `emulator-xsrf-${secret(18)}`;
    this.#tokens.set(token, { account, address, expires: this.#clock.now() + LIFE });
    return token;
  }

  check(token: string | null, account: Account, address: string): boolean {
    const known = this.#tokens.get(token ?? '');
    return known?.account === account && known.address === address && known.expires > this.#clock.now();
  }
}

/** Path and query, parameters in a fixed order: what a GET and its POST must agree in. */
export function addressOf(url: URL): string {
  const query = new URLSearchParams(url.searchParams);
  query.sort();
  return `${url.pathname}?${query}`;
}
