import * as z from 'zod/mini';
import type { Assignment, Outcome } from './assignment.ts';
import { LooseNumber, LooseText, looseList } from './body.ts';
import { modelOf, shapeOf, variantOf } from './vocabulary.ts';

/** A machine as the public API knows it: under an id of its own, which only that API understands. */
export interface PublicMachine extends Assignment {
  readonly runtimeId: string;
}

const Runtime = z.looseObject({
  name: LooseText,
  runtimeSpec: z.nullish(
    z.looseObject({
      variant: z.optional(z.unknown()),
      accelerator: z.optional(z.unknown()),
      shape: z.optional(z.unknown()),
    }),
  ),
  connectionInfo: z.nullish(
    z.looseObject({ token: LooseText, expireTime: LooseText, url: LooseText, endpoint: LooseText }),
  ),
});

/** Null for one that has no name or no way in yet: there is nothing to do with it. */
export const PublicRuntime = z.pipe(Runtime, z.transform(machineOf));

export const PublicRuntimes = z.pipe(
  z.looseObject({ runtimes: looseList(PublicRuntime) }),
  z.transform(({ runtimes }): readonly PublicMachine[] => runtimes.filter(each => each !== null)),
);

export interface Operation {
  /** The part after `operations/`. */
  readonly id: string | null;
  readonly done: boolean;
  readonly error: { readonly code: number; readonly reason: string | null } | null;
  readonly machine: PublicMachine | null;
}

/** A creation on its way; `done` that is missing is false. */
export const OperationAnswer = z.pipe(
  z.looseObject({
    name: LooseText,
    done: z.optional(z.unknown()),
    error: z.nullish(z.looseObject({ code: LooseNumber, details: looseList(z.looseObject({ reason: LooseText })) })),
    response: z.nullish(Runtime),
  }),
  z.transform(
    ({ name, done, error, response }): Operation => ({
      id: name?.replace(/^operations\//, '') ?? null,
      done: done === true,
      error: error
        ? { code: error.code ?? 2, reason: error.details.find(({ reason }) => reason !== null)?.reason ?? null }
        : null,
      machine: response ? machineOf(response) : null,
    }),
  ),
);

/** What a refusal means in the older API's terms. Code 9 is a precondition that failed; null is none of those. */
export function refusalIn({
  code,
  reason,
}: NonNullable<Operation['error']>): Outcome | 'too-many' | 'no-capacity' | null {
  if (code !== 9) return null;
  if (reason === 'TOO_MANY_ACTIVE_RUNTIMES') return 'too-many';
  if (reason === 'DENYLISTED') return 'blocked';
  return reason === 'QUOTA_EXCEEDED_USAGE_TIME' ? 'used-up' : 'no-capacity';
}

function machineOf({ name, runtimeSpec, connectionInfo }: z.output<typeof Runtime>): PublicMachine | null {
  const { token, url, endpoint, expireTime } = connectionInfo ?? {};
  if (name === null || !token || !url || !endpoint || !URL.canParse(url)) return null;
  const accelerator = modelOf(runtimeSpec?.accelerator);
  return {
    runtimeId: name.replace(/^runtimes\//, ''),
    endpoint,
    accelerator,
    variant: variantOf(runtimeSpec?.variant, accelerator),
    shape: shapeOf(runtimeSpec?.shape),
    nbh: null,
    proxy: { token, url, seconds: 3600, ...(expireTime ? { until: new Date(expireTime) } : {}) },
  };
}
