import type { Plan } from '../core/account.ts';
import type { ColabClient } from './client.ts';

/**
 * Balance, rate, models and tier, from three places asked side by side: one works for every account but knows no tier,
 * two answer only some. Throws the first one's failure when nothing could be learned.
 */
export async function plan(client: ColabClient, signal: AbortSignal): Promise<Plan> {
  const [common, own, tier] = await Promise.allSettled([
    client.ccuInfo(signal),
    client.userInfo(signal),
    client.subscription(signal),
  ]);
  const base = common.status === 'fulfilled' ? common.value : own.status === 'fulfilled' ? own.value : null;
  if (base === null) throw (common as PromiseRejectedResult).reason;
  const known = own.status === 'fulfilled' ? own.value.tier : null;
  return {
    ...base,
    tier: known ?? (tier.status === 'fulfilled' ? tier.value : null),
    free: base.free ?? (own.status === 'fulfilled' ? own.value.free : null) ?? null,
  };
}
