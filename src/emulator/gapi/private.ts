import { eligible, ineligible } from '../accelerators.ts';
import { type Account, PLANS } from '../accounts.ts';
import { type Answer, type Call, googleError, json } from '../answer.ts';
import { errorInfo } from '../google-session.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world.ts';

const VARIANT = { CPU: 'VARIANT_UNSPECIFIED', GPU: 'VARIANT_GPU', TPU: 'VARIANT_TPU' } as const;
const TIER = {
  free: 'SUBSCRIPTION_TIER_NONE',
  pro: 'SUBSCRIPTION_TIER_PRO',
  'pro+': 'SUBSCRIPTION_TIER_PRO_PLUS',
} as const;

/** What a caller hears whose OAuth client's project may not use the private API. */
export function notEntitled(): Answer {
  const text =
    'Caller does not have required permission to use project. Grant the caller the roles/serviceusage.serviceUsageConsumer role.';
  return googleError(403, 'PERMISSION_DENIED', text, [
    errorInfo('USER_PROJECT_DENIED', 'googleapis.com', { service: 'colab.pa.googleapis.com' }),
  ]);
}

/** `GET /v1/assignments`; the key is absent when there are none. */
export function gapiAssignments(world: World, account: Account): Answer {
  const machines = world.fleet.of(account);
  return json(200, machines.length === 0 ? {} : { assignments: machines.map(machine => item(world, machine)) });
}

function item(world: World, machine: Machine): object {
  const { variant, name } = machine.accelerator;
  return {
    endpoint: machine.endpoint,
    accelerator: name,
    variant: VARIANT[variant],
    machineShape: machine.highMemory ? 'SHAPE_HIGH_MEM' : 'SHAPE_DEFAULT',
    runtimeProxyInfo: proxyInfo(world, machine),
    runtimeVersionLabel: machine.label,
    ...(machine.runtimeId === null ? { notebookIdHash: machine.key } : {}),
  };
}

function proxyInfo(world: World, machine: Machine): object {
  const { token, ttl } = machine.open(world.settings.proxyTtl, world.clock.now());
  return { token, tokenTtl: `${ttl}s`, url: machine.url };
}

export function gapiProxyToken(world: World, account: Account, { url }: Call): Answer {
  const machine = world.fleet.find(account, url.searchParams.get('endpoint') ?? '');
  if (machine === null) return googleError(404, 'NOT_FOUND', 'Requested entity was not found.');
  if (url.searchParams.get('port') !== '8080')
    return googleError(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
  return json(200, proxyInfo(world, machine));
}

export function gapiUserInfo(world: World, account: Account, { url }: Call): Answer {
  const { tier, balance } = account;
  const machines = world.fleet.of(account);
  const models = (list: (tier: Account['tier'], variant: 'GPU' | 'TPU') => string[]) =>
    (['GPU', 'TPU'] as const)
      .map(variant => ({ variant: VARIANT[variant], models: list(tier, variant) }))
      .filter(each => each.models.length > 0);
  const consumption =
    url.searchParams.get('get_ccu_consumption_info') === 'true'
      ? {
          paidComputeUnitsBalance: balance,
          consumptionRateHourly: machines.reduce((sum, machine) => sum + machine.accelerator.rate, 0),
          assignmentsCount: machines.length,
          ...(PLANS[tier].balance > 0 ? {} : { freeCcuQuotaInfo: allowance(account) }),
        }
      : {};
  return json(200, {
    subscriptionTier: TIER[tier],
    ...(balance > 0 ? { paidComputeUnitsBalance: balance } : {}),
    eligibleAccelerators: models(eligible),
    ineligibleAccelerators: models(ineligible),
    ...consumption,
  });
}

function allowance({ balance, freeTokens, refillAt }: Account): object {
  return {
    ...(balance > 0 ? {} : { remainingTokens: String(freeTokens) }),
    nextRefillTimestampSec: Math.floor(refillAt / 1000),
  };
}
