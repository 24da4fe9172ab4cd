import type { Clock } from './clock.ts';
import type { AccountOptions, Tier } from './options.ts';

/** Paid units at the start, machines at a time, and the tier's number on the wire. */
export const PLANS: Readonly<
  Record<Tier, { readonly balance: number; readonly machines: number; readonly number: number }>
> = {
  free: { balance: 0, machines: 1, number: 0 },
  pro: { balance: 100, machines: 5, number: 1 },
  'pro+': { balance: 500, machines: 10, number: 2 },
};

/** Milli-units a free account begins with. */
const FREE_ALLOWANCE = 15_000;

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  tier: Tier;
  /** Paid compute units. */
  balance: number;
  /** Free allowance in milli-units. */
  freeTokens: number;
  /** When the free allowance is full again, in milliseconds of the emulator's clock. */
  readonly refillAt: number;
  /** Blocked from machines: outcome 5. */
  denylisted: boolean;
  /** Credentials the user has let machines have. */
  readonly consents: Set<string>;
}

export class Accounts {
  readonly all: Account[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add({ email, name, tier = 'pro', balance }: AccountOptions): Account {
    const account: Account = {
      id: String(100_000_000_000_000_000_000n + BigInt(this.all.length + 1)),
      email,
      name: name ?? email.split('@')[0] ?? email,
      tier,
      balance: balance ?? PLANS[tier].balance,
      freeTokens: FREE_ALLOWANCE,
      refillAt: this.#clock.now() + 24 * 3_600_000,
      denylisted: false,
      consents: new Set(),
    };
    this.all.push(account);
    return account;
  }

  find(email: string): Account | null {
    return this.all.find(account => account.email === email) ?? null;
  }

  /** Takes units: from the paid balance while there is one, then from the free allowance. Neither falls below nothing. */
  spend(account: Account, units: number): void {
    const paid = Math.min(account.balance, units);
    account.balance -= paid;
    account.freeTokens = Math.max(0, account.freeTokens - Math.round((units - paid) * 1000));
  }
}

export function hasUnits(account: Account): boolean {
  return account.balance > 0 || account.freeTokens > 0;
}
