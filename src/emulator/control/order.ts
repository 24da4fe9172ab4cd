import type { Account } from '../accounts.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world.ts';

/** The object that comes with an order. */
export type Order = Readonly<Record<string, unknown>>;

/** Thrown for an order that cannot be followed; the message says why. */
export class BadOrder extends Error {}

/** The account of that address, or the first one. */
export function accountOf(world: World, order: Order): Account {
  const email = textOf(order, 'account');
  const account = email === null ? world.accounts.all[0] : world.accounts.find(email);
  if (account === null || account === undefined) throw new BadOrder(`there is no account ${email}`);
  return account;
}

/** The machine of `endpoint`, or all of them. */
export function machinesOf(world: World, order: Order): readonly Machine[] {
  const endpoint = textOf(order, 'endpoint');
  if (endpoint === null) return world.fleet.all();
  const machine = world.fleet.named(endpoint);
  if (machine === null) throw new BadOrder(`there is no machine ${endpoint}`);
  return [machine];
}

export function isOf(order: Order, email: string): boolean {
  return order.account === undefined || order.account === email;
}

export function textOf(order: Order, name: string): string | null {
  const value = order[name];
  return typeof value === 'string' ? value : null;
}
