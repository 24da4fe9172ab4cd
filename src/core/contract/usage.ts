import * as z from 'zod/mini';
import { underData } from './common.ts';

const Text = z.nullable(z.string());
const Amount = z.nullable(z.number());

export const UsageObject = underData(
  z.looseObject({
    account: z.nullable(z.looseObject({ id: z.string(), label: z.string() })),
    tier: z.nullable(z.enum(['free', 'pro', 'pro+'])),
    /** Compute units that are paid for. */
    balance: Amount,
    /** Units an hour, all machines together. */
    ratePerHour: Amount,
    /** At that rate; null while nothing is being spent. */
    hoursLeft: Amount,
    /** The allowance that costs nothing, where the account has one. */
    free: z.nullable(z.looseObject({ units: z.number(), refillsAt: Text })),
    eligibleGpus: z.array(z.string()),
    eligibleTpus: z.array(z.string()),
    /** Null when the list could not be had. */
    machines: z.nullable(
      z.array(
        z.looseObject({
          endpoint: z.string(),
          accelerator: Text,
          variant: z.enum(['gpu', 'tpu', 'cpu']),
          session: Text,
          ratePerHour: Amount,
        }),
      ),
    ),
  }),
);
