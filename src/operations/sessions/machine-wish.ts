import * as z from 'zod/mini';
import { Failure } from '../../core/failure.ts';
import type { RuntimeWish, Variant } from '../../core/runtime.ts';

/** The options of `run` and `connect` that say what machine is wanted. */
export const MACHINE_INPUT = {
  gpu: z._default(z.array(z.string()), []),
  tpu: z.optional(z.union([z.string(), z.boolean()])),
  cpu: z._default(z.boolean(), false),
  highMem: z._default(z.boolean(), false),
  newRuntime: z._default(z.boolean(), false),
  /** Seconds. */
  wait: z._default(z.number(), 0),
  strict: z._default(z.boolean(), false),
};

export interface MachineInput {
  readonly gpu: readonly string[];
  readonly tpu?: string | boolean | undefined;
  readonly cpu: boolean;
  readonly highMem: boolean;
  readonly newRuntime: boolean;
  readonly wait: number;
  readonly strict: boolean;
  readonly variant?: Variant | undefined;
}

/** Throws `usage` when the options contradict each other. */
export function machineWish(input: MachineInput): RuntimeWish {
  const tpu = input.tpu === undefined || input.tpu === false ? null : input.tpu;
  const named: Variant[] = [
    ...(input.gpu.length > 0 ? ['gpu' as const] : []),
    ...(tpu === null ? [] : ['tpu' as const]),
    ...(input.cpu ? ['cpu' as const] : []),
  ];
  const variants = new Set([...named, ...(input.variant ? [input.variant] : [])]);
  if (variants.size > 1)
    throw new Failure('usage', `a machine is one of gpu, tpu or cpu, not ${[...variants].join(' and ')}`, {
      hints: ['give one of `--gpu`, `--tpu` and `--cpu`'],
    });
  return {
    variant: [...variants][0] ?? null,
    accelerators: typeof tpu === 'string' ? [tpu] : input.gpu,
    highMemory: input.highMem,
    fresh: input.newRuntime,
    strict: input.strict,
    waitFor: input.wait * 1000,
  };
}
