import type { Plan } from '../core/account.ts';
import { Failure } from '../core/failure.ts';
import type { MachineChoice, RuntimeWish, Variant } from '../core/runtime.ts';
import { nearest } from '../util/nearest.ts';
import type { AssignQuery } from './client.ts';
import type { Assignment } from './wire/assignment.ts';
import { ANY_TPU, asksForMemory, kindOf, modelOf } from './wire/vocabulary.ts';

/** Where names come from that we do not know: the account's own lists, asked for only then. */
type AskPlan = () => Promise<Plan>;

/**
 * What to ask for, in order of preference. A name that neither we nor the account's lists know is a `usage` failure with
 * those lists: nothing is ever put in its place.
 */
export async function choicesOf(
  wish: RuntimeWish,
  defaultGpu: string,
  plan: AskPlan,
): Promise<readonly MachineChoice[]> {
  const highMemory = wish.highMemory;
  const names = wish.accelerators.length > 0 ? wish.accelerators : defaultNames(wish.variant, defaultGpu);
  if (wish.variant === 'cpu' || names.length === 0) return [{ variant: 'cpu', accelerator: null, highMemory }];
  const wanted = names.map(name => ({ name, model: modelOf(name) }));
  const known = wanted.every(({ model }) => model !== null && kindOf(model) !== null);
  const lists = known ? null : await plan();
  return wanted.map(({ name, model }) => {
    const kind = model === null ? null : (kindOf(model) ?? kindIn(lists, model));
    if (model === null || kind === null) throw unknownName(name, lists);
    if (wish.accelerators.length > 0 && wish.variant !== null && wish.variant !== kind) throw otherKind(name, kind);
    return { variant: kind, accelerator: model, highMemory };
  });
}

/** Whether a machine is what was asked for; a wish that names nothing takes any. */
export function fits(wish: RuntimeWish, machine: MachineChoice): boolean {
  if (wish.highMemory && !machine.highMemory && asksForMemory(machine.accelerator)) return false;
  if (wish.accelerators.length > 0) return wish.accelerators.some(name => modelOf(name) === machine.accelerator);
  return wish.variant === null || wish.variant === machine.variant;
}

/** The same parameters for the GET and the POST of one assign. No accelerator and no variant means a CPU. */
export function queryOf(nbh: string, { variant, accelerator, highMemory }: MachineChoice): AssignQuery {
  return {
    nbh,
    ...(variant === 'cpu' ? {} : { variant: variant === 'gpu' ? 'GPU' : 'TPU' }),
    ...(accelerator === null ? {} : { accelerator }),
    ...(highMemory && asksForMemory(accelerator) ? { shape: 'hm' } : {}),
  };
}

/** What was really given. */
export function choiceOf(machine: Assignment): MachineChoice {
  const { variant, accelerator, shape } = machine;
  return { variant, accelerator, highMemory: shape === 'high' };
}

/** `an A100 GPU with high memory`, without the article. */
export function choiceText({ variant, accelerator, highMemory }: MachineChoice): string {
  const what = accelerator ?? (variant === 'cpu' ? 'CPU' : `unnamed ${variant.toUpperCase()}`);
  return highMemory && asksForMemory(accelerator) ? `${what} with high memory` : what;
}

/** What the given machine lacks of what was asked for; null when nothing. */
export function shortfall(wish: RuntimeWish, choices: readonly MachineChoice[], machine: Assignment): string | null {
  const given = choiceOf(machine);
  const sameModel = choices.some(each => each.variant === given.variant && each.accelerator === given.accelerator);
  const wanted = [...new Set(choices.map(each => each.accelerator ?? 'CPU'))].join(' or ');
  if (!sameModel)
    return `Colab gave a machine with ${choiceText({ ...given, highMemory: false })} instead of ${wanted}`;
  if (wish.highMemory && !given.highMemory && asksForMemory(given.accelerator))
    return 'Colab gave a machine with standard instead of high memory';
  return null;
}

function defaultNames(variant: Variant | null, defaultGpu: string): readonly string[] {
  if (variant === 'tpu') return ANY_TPU;
  const names = defaultGpu
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && !/^(none|cpu)$/i.test(name));
  return names.length === 0 && variant === 'gpu' ? ['T4'] : names;
}

function kindIn(plan: Plan | null, model: string): 'gpu' | 'tpu' | null {
  if (plan?.eligibleGpus.includes(model)) return 'gpu';
  return plan?.eligibleTpus.includes(model) ? 'tpu' : null;
}

function unknownName(name: string, plan: Plan | null): Failure {
  const all = [...(plan?.eligibleGpus ?? []), ...(plan?.eligibleTpus ?? [])];
  // Names this short are all near to one another: only one that begins alike is worth a guess.
  const guess = nearest(name, all);
  const near = guess !== null && guess[0]?.toUpperCase() === name[0]?.toUpperCase() ? guess : null;
  return new Failure('usage', `Colab has no accelerator \`${name}\` for this account`, {
    hints: [...(near === null ? [] : [`did you mean \`${near}\`?`]), eligibleHint(plan)],
  });
}

export function eligibleHint(plan: Plan | null): string {
  if (plan === null) return '`lecoder-cgpu status` shows what the account may use';
  const gpus = plan.eligibleGpus.length > 0 ? `\`--gpu ${plan.eligibleGpus.join(',')}\`` : null;
  const tpus = plan.eligibleTpus.length > 0 ? plan.eligibleTpus.map(name => `\`--tpu ${name}\``).join(', ') : null;
  const may = [gpus, tpus, '`--cpu`'].filter(each => each !== null).join(', ');
  return `this account may use ${may}`;
}

function otherKind(name: string, kind: 'gpu' | 'tpu'): Failure {
  return new Failure('usage', `\`${name}\` is a ${kind.toUpperCase()}`, {
    hints: [`ask for it with \`--${kind} ${name}\``],
  });
}
