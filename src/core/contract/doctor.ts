import * as z from 'zod/mini';
import { CHECK_STATUSES, CHECKS } from '../doctor.ts';
import { PROVIDERS } from '../runtime.ts';
import { atTopLevel, ErrorObject } from './common.ts';

const CheckObject = z.looseObject({
  id: z.enum(CHECKS),
  status: z.enum(CHECK_STATUSES),
  /** What was found, or why it was skipped. */
  message: z.string(),
  /** What was measured; which fields there are depends on the check, and on how far it came. */
  facts: z.record(z.string(), z.unknown()),
  /** What to do about it, one line each. */
  fixes: z.array(z.string()),
  /** Null unless `failed`. */
  error: z.nullable(ErrorObject),
  /** Milliseconds. */
  duration: z.number(),
});

/** Where a check failed it is a failure with `data` beside `error`, which is that of the first. */
export const DoctorObject = atTopLevel({
  data: z.looseObject({
    /** In the order in which one rests on another. */
    checks: z.array(CheckObject),
    summary: z.looseObject({ ok: z.int(), warning: z.int(), failed: z.int(), skipped: z.int() }),
    /** Where code would run now. */
    runtime: z.enum(PROVIDERS),
    offline: z.boolean(),
    /** The report that was written; null without `--bundle`. */
    bundle: z.nullable(z.string()),
  }),
  error: z.optional(ErrorObject),
});
