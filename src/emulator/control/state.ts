import { PLANS } from '../accounts.ts';
import { type Answer, json } from '../answer.ts';
import type { Machine } from '../machine/machine.ts';
import { hashed } from '../traffic.ts';
import type { World } from '../world.ts';

/** `GET /emulator/state`: all there is, without a secret in it. */
export function state(world: World): Answer {
  world.fleet.settle();
  const { clock, settings, accounts, grants, fleet, faults, traffic } = world;
  return json(200, {
    origin: world.origin,
    clock: { now: new Date(clock.now()).toISOString(), aheadMilliseconds: clock.ahead },
    settings,
    accounts: accounts.all.map(account => ({
      email: account.email,
      name: account.name,
      tier: account.tier,
      balance: account.balance,
      freeTokens: account.freeTokens,
      denylisted: account.denylisted,
      consents: [...account.consents],
      maxMachines: settings.maxMachines ?? PLANS[account.tier].machines,
    })),
    grants: grants.grants.map(grant => ({
      account: grant.account.email,
      clientId: grant.clientId,
      scopes: grant.scopes,
      refreshToken: hashed(grant.refreshToken),
      revoked: grant.revoked,
      expires: timeOrNull(grant.expires),
    })),
    accessTokens: [...grants.tokens.values()].map(each => ({
      token: hashed(each.token),
      account: each.grant.account.email,
      scopes: each.scopes,
      expires: timeOrNull(each.expires),
    })),
    assignments: fleet.all().map(machine => shown(world, machine)),
    faults: faults.list(),
    counts: traffic.counts(),
    requests: traffic.last(),
  });
}

function shown({ settings }: World, machine: Machine): object {
  return {
    endpoint: machine.endpoint,
    account: machine.account.email,
    accelerator: machine.accelerator.name,
    asked: machine.asked.name,
    variant: machine.accelerator.variant,
    highMemory: machine.highMemory,
    key: machine.key,
    runtimeId: machine.runtimeId,
    label: machine.label,
    url: machine.url,
    content: machine.vm.folders.content,
    createdAt: timeOrNull(machine.createdAt),
    lastPing: timeOrNull(machine.lastPing),
    livesUntil: timeOrNull(machine.livesUntil(settings)),
    kernelsMet: [...machine.met],
    sockets: machine.sockets.size,
  };
}

function timeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
