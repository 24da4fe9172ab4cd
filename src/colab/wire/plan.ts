import * as z from 'zod/mini';
import type { Plan } from '../../core/account.ts';
import { LooseNumber, LooseTexts, looseList } from './body.ts';
import { modelOf, tierOf, variantOf } from './vocabulary.ts';

const FreeQuota = z.nullish(z.looseObject({ remainingTokens: LooseNumber, nextRefillTimestampSec: LooseNumber }));

/** Balance, rate and models by the older endpoint; it does not know the tier. */
export const CcuInfo = z.pipe(
  z.looseObject({
    currentBalance: LooseNumber,
    consumptionRateHourly: LooseNumber,
    assignmentsCount: LooseNumber,
    eligibleGpus: LooseTexts,
    eligibleTpus: LooseTexts,
    freeCcuQuotaInfo: z.catch(FreeQuota, null),
  }),
  z.transform(
    (info): Plan =>
      planOf({
        tier: null,
        balance: info.currentBalance,
        rate: info.consumptionRateHourly,
        machines: info.assignmentsCount,
        gpus: models(info.eligibleGpus),
        tpus: models(info.eligibleTpus),
        free: info.freeCcuQuotaInfo,
      }),
  ),
);

const Accelerators = looseList(z.looseObject({ variant: z.optional(z.unknown()), models: LooseTexts }));

/** The same by the private API, and the tier. */
export const UserInfo = z.pipe(
  z.looseObject({
    subscriptionTier: z.optional(z.unknown()),
    paidComputeUnitsBalance: LooseNumber,
    consumptionRateHourly: LooseNumber,
    assignmentsCount: LooseNumber,
    eligibleAccelerators: Accelerators,
    freeCcuQuotaInfo: z.catch(FreeQuota, null),
  }),
  z.transform((info): Plan => {
    const of = (kind: string) =>
      models(
        info.eligibleAccelerators.filter(each => variantOf(each.variant, null) === kind).flatMap(each => each.models),
      );
    return planOf({
      tier: tierOf(info.subscriptionTier),
      balance: info.paidComputeUnitsBalance,
      rate: info.consumptionRateHourly,
      machines: info.assignmentsCount,
      gpus: of('gpu'),
      tpus: of('tpu'),
      free: info.freeCcuQuotaInfo,
    });
  }),
);

/** The public API's name of the tier. */
export const SubscriptionAnswer = z.pipe(
  z.looseObject({ tier: z.optional(z.unknown()) }),
  z.transform(({ tier }) => tierOf(tier)),
);

interface Said {
  readonly tier: Plan['tier'];
  readonly balance: number | null;
  readonly rate: number | null;
  readonly machines: number | null;
  readonly gpus: readonly string[];
  readonly tpus: readonly string[];
  readonly free: z.output<typeof FreeQuota>;
}

/** A number that is missing is a zero: Google's answers leave zeros out. */
function planOf({ tier, balance, rate, machines, gpus, tpus, free }: Said): Plan {
  // Free units are counted in thousandths.
  const freeUnits = free ? (free.remainingTokens ?? 0) / 1000 : null;
  const paid = balance ?? 0;
  const ratePerHour = rate ?? 0;
  const refill = free?.nextRefillTimestampSec ?? null;
  return {
    tier,
    balance: paid,
    ratePerHour,
    hoursLeft: ratePerHour > 0 ? ((freeUnits ?? 0) + paid) / ratePerHour : null,
    eligibleGpus: gpus,
    eligibleTpus: tpus,
    machines: machines ?? 0,
    free:
      freeUnits === null
        ? null
        : { units: freeUnits, refillsAt: refill === null ? null : new Date(refill * 1000).toISOString() },
  };
}

function models(names: readonly string[]): string[] {
  return names.flatMap(name => modelOf(name) ?? []);
}
