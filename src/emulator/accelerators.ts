import type { Tier } from './options.ts';

export type Variant = 'CPU' | 'GPU' | 'TPU';

export interface Accelerator {
  readonly name: string;
  readonly variant: Variant;
  /** As `nvidia-smi` names it. */
  readonly product: string;
  /** Of the accelerator, in MiB; 0 for what has none of its own. */
  readonly memory: number;
  /** Compute units an hour. Round numbers near what people report; Google publishes none. */
  readonly rate: number;
  readonly watts: number;
  /** Tiers that may ask for it. */
  readonly tiers: readonly Tier[];
  /** Comes with high memory only, whatever is asked for. */
  readonly highMemoryOnly: boolean;
}

const ALL: readonly Tier[] = ['free', 'pro', 'pro+'];
const PAID: readonly Tier[] = ['pro', 'pro+'];

function gpu(
  name: string,
  product: string,
  memory: number,
  more: Pick<Accelerator, 'rate' | 'watts' | 'tiers'>,
): Accelerator {
  return { name, variant: 'GPU', product, memory, highMemoryOnly: name === 'L4', ...more };
}

function tpu(name: string, rate: number, tiers: readonly Tier[]): Accelerator {
  return { name, variant: 'TPU', product: name, memory: 0, rate, watts: 0, tiers, highMemoryOnly: true };
}

export const NO_ACCELERATOR: Accelerator = {
  name: 'NONE',
  variant: 'CPU',
  product: '',
  memory: 0,
  rate: 0.08,
  watts: 0,
  tiers: ALL,
  highMemoryOnly: false,
};

/** In the order the services list them. */
export const ACCELERATORS: readonly Accelerator[] = [
  gpu('T4', 'Tesla T4', 15_360, { rate: 1.2, watts: 70, tiers: ALL }),
  gpu('L4', 'NVIDIA L4', 23_034, { rate: 2.1, watts: 72, tiers: PAID }),
  gpu('A100', 'NVIDIA A100-SXM4-40GB', 40_960, { rate: 5.4, watts: 400, tiers: PAID }),
  gpu('G4', 'NVIDIA RTX PRO 6000 Blackwell Server Edition', 97_887, { rate: 8.5, watts: 600, tiers: PAID }),
  gpu('H100', 'NVIDIA H100 80GB HBM3', 81_559, { rate: 11.8, watts: 700, tiers: ['pro+'] }),
  tpu('V5E1', 3, ALL),
  tpu('V6E1', 5, PAID),
];

export function findAccelerator(name: string): Accelerator | null {
  if (name === '' || name.toUpperCase() === 'NONE') return NO_ACCELERATOR;
  return ACCELERATORS.find(each => each.name === name.toUpperCase()) ?? null;
}

export function eligible(tier: Tier, variant: Variant): string[] {
  return ACCELERATORS.filter(each => each.variant === variant && each.tiers.includes(tier)).map(each => each.name);
}

export function ineligible(tier: Tier, variant: Variant): string[] {
  return ACCELERATORS.filter(each => each.variant === variant && !each.tiers.includes(tier)).map(each => each.name);
}

/** What is given when a variant was asked for and no model. */
export function defaultOf(variant: Variant): Accelerator {
  const name = variant === 'GPU' ? 'T4' : variant === 'TPU' ? 'V5E1' : 'NONE';
  return findAccelerator(name) ?? NO_ACCELERATOR;
}
