import type { Variant } from '../accelerators.ts';
import { PLANS } from '../accounts.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world.ts';

export const VARIANT_NUMBER: Readonly<Record<Variant, number>> = { CPU: 0, GPU: 1, TPU: 2 };
/** As the assign query and the answer of its GET say it. */
export const VARIANT_WORD: Readonly<Record<Variant, string>> = { CPU: 'DEFAULT', GPU: 'GPU', TPU: 'TPU' };

/** A fresh proxy token with the address it is for. Tokens made before stay good. */
export function proxyInfo(
  world: World,
  machine: Machine,
): { token: string; tokenExpiresInSeconds: number; url: string } {
  const { token, ttl } = machine.open(world.settings.proxyTtl, world.clock.now());
  return { token, tokenExpiresInSeconds: ttl, url: machine.url };
}

/** The item of a listing. */
export function assignment(world: World, machine: Machine): object {
  return {
    endpoint: machine.endpoint,
    accelerator: machine.accelerator.name,
    variant: VARIANT_NUMBER[machine.accelerator.variant],
    machineShape: machine.highMemory ? 1 : 0,
    runtimeProxyInfo: proxyInfo(world, machine),
  };
}

/** The answer to an assignment that worked; the GET says the variant as a word. */
export function assigned(world: World, machine: Machine, said: 'number' | 'word'): object {
  const { tier } = machine.account;
  const { variant } = machine.accelerator;
  return {
    ...assignment(world, machine),
    variant: said === 'word' ? VARIANT_WORD[variant] : VARIANT_NUMBER[variant],
    fit: world.settings.fit,
    allowedCredentials: true,
    sub: tier === 'free' ? 1 : 2,
    subTier: PLANS[tier].number,
    outcome: 4,
  };
}
