import type { Plan } from '../../core/account.ts';
import type { Variant } from '../../core/runtime.ts';

export type Shape = 'standard' | 'high';

/** Models by kind, as clients have seen them. Not a closed set: what an account may use, Colab says. */
const GPUS = ['T4', 'L4', 'A100', 'G4', 'H100', 'V100', 'P100', 'K80', 'P4'];
const TPUS = ['V5E1', 'V6E1', 'V28'];

/** Machines with these have the large memory anyway: asking for it would be refused. */
const LARGE_ANYWAY = ['L4', ...TPUS];

const VARIANTS: Readonly<Record<string, Variant>> = {
  '0': 'cpu',
  DEFAULT: 'cpu',
  VARIANT_UNSPECIFIED: 'cpu',
  VARIANT_CPU: 'cpu',
  '1': 'gpu',
  GPU: 'gpu',
  VARIANT_GPU: 'gpu',
  '2': 'tpu',
  TPU: 'tpu',
  VARIANT_TPU: 'tpu',
};

const TIERS: Readonly<Record<string, NonNullable<Plan['tier']>>> = {
  '0': 'free',
  UNKNOWN: 'free',
  NONE: 'free',
  FREE: 'free',
  UNSPECIFIED: 'free',
  '1': 'pro',
  PRO: 'pro',
  '2': 'pro+',
  VERY_PRO: 'pro+',
  PRO_PLUS: 'pro+',
};

/** `v5e-1` and `V5E1` are one name; `NONE` is none. */
export function modelOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = value.toUpperCase().replace(/[\s_-]/g, '');
  return name === '' || name === 'NONE' ? null : name;
}

/** The kind of a model we know; null for any other. */
export function kindOf(model: string): 'gpu' | 'tpu' | null {
  if (GPUS.includes(model)) return 'gpu';
  return TPUS.includes(model) ? 'tpu' : null;
}

/** A number that is missing is a zero on Google's side, hence a CPU; what we do not know is judged by the model. */
export function variantOf(value: unknown, model: string | null): Variant {
  const known = VARIANTS[String(value ?? 0).toUpperCase()];
  if (known !== undefined && (known !== 'cpu' || model === null)) return known;
  if (model === null) return 'cpu';
  return kindOf(model) ?? (/^V\d+(E\d+)?$/.test(model) && model !== 'V100' ? 'tpu' : 'gpu');
}

export function shapeOf(value: unknown): Shape {
  return ['1', '2', 'SHAPE_HIGH_MEM', 'SHAPE_HIGHMEM', 'HM'].includes(String(value ?? 0).toUpperCase())
    ? 'high'
    : 'standard';
}

/** Null for a tier nobody has told us about, and where none is given. */
export function tierOf(value: unknown): Plan['tier'] {
  if (value === undefined || value === null) return null;
  return (
    TIERS[
      String(value)
        .toUpperCase()
        .replace(/^SUBSCRIPTION_TIER_/, '')
    ] ?? null
  );
}

/** Whether the large memory has to be asked for, or comes with the model. */
export function asksForMemory(model: string | null): boolean {
  return model === null || !LARGE_ANYWAY.includes(model);
}

/** TPUs to try when no model was named, the newest small one first. */
export const ANY_TPU: readonly string[] = TPUS;
