import { PLANS } from '../accounts.ts';
import { EVERYTHING } from '../oauth/scopes.ts';
import { TIERS, type Tier } from '../options.ts';
import type { World } from '../world.ts';
import { BadOrder, isOf, machinesOf, type Order, textOf } from './order.ts';

/** Adds an account or changes the one of that address; a new one gets a refresh token. */
export function changeAccount(world: World, order: Order): object {
  const email = textOf(order, 'email') ?? world.accounts.all[0]?.email ?? '';
  const tier = textOf(order, 'tier');
  if (tier !== null && !(TIERS as readonly string[]).includes(tier)) throw new BadOrder(`there is no tier ${tier}`);
  const present = world.accounts.find(email);
  const name = textOf(order, 'name');
  const account =
    present ??
    world.accounts.add({ email, ...(name === null ? {} : { name }), ...(tier === null ? {} : { tier: tier as Tier }) });
  world.fleet.settle();
  if (tier !== null && tier !== account.tier) {
    account.tier = tier as Tier;
    account.balance = PLANS[account.tier].balance;
  }
  if (typeof order.balance === 'number') account.balance = order.balance;
  if (typeof order.freeTokens === 'number') account.freeTokens = order.freeTokens;
  if (typeof order.denylisted === 'boolean') account.denylisted = order.denylisted;
  if (order.consented === false) account.consents.clear();
  const refreshToken = present === null ? world.grants.grant(account, null, EVERYTHING).refreshToken : undefined;
  const { balance, freeTokens, denylisted } = account;
  return {
    email,
    tier: account.tier,
    balance,
    freeTokens,
    denylisted,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
}

/** Ends tokens now: `access`, `refresh` or `proxy`, all of that kind or one account's. */
export function expire(world: World, order: Order): object {
  const now = world.clock.now();
  switch (order.kind) {
    case 'access': {
      const tokens = [...world.grants.tokens.values()].filter(
        token => isOf(order, token.grant.account.email) && token.expires > now,
      );
      for (const token of tokens) token.expires = now;
      return { expired: tokens.length };
    }
    case 'refresh':
      return { expired: endGrants(world, order, 'expire') };
    case 'proxy': {
      const machines = machinesOf(world, order).filter(machine => isOf(order, machine.account.email));
      for (const machine of machines) machine.expireTokens();
      if (world.settings.cutAtExpiry) for (const machine of machines) machine.cutSockets();
      return { expired: machines.length };
    }
    default:
      throw new BadOrder('`kind` is `access`, `refresh` or `proxy`');
  }
}

/** Revokes refresh tokens, or lets their time be over. */
export function endGrants(world: World, order: Order, how: 'revoke' | 'expire'): number {
  const grants = world.grants.grants.filter(grant => !grant.revoked && isOf(order, grant.account.email));
  for (const grant of grants) {
    if (how === 'revoke') grant.revoked = true;
    else grant.expires = world.clock.now();
  }
  return grants.length;
}
