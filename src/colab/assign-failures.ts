import type { Plan } from '../core/account.ts';
import { Failure, type FailureFacts } from '../core/failure.ts';
import type { MachineChoice } from '../core/runtime.ts';
import { choiceText, eligibleHint } from './choices.ts';
import { billingText } from './machines.ts';
import type { Colab } from './parts.ts';
import type { Assignment, Outcome } from './wire/assignment.ts';

/** Why a machine was not given. */
export type Refusal =
  | { readonly why: 'no-capacity' | 'not-permitted'; readonly choice: MachineChoice }
  | { readonly why: 'too-many'; readonly choice: MachineChoice; readonly running: readonly Assignment[] }
  | { readonly why: Outcome; readonly choice: MachineChoice };

/** Milliseconds that an error may wait to learn what else runs. */
const PATIENCE = 5000;

/** The failure for a request that brought no machine, with what to type next and what still runs up units. */
export async function refusalFailure(colab: Colab, refusals: readonly Refusal[], waited: boolean): Promise<Failure> {
  const last = refusals.at(-1);
  if (last?.why === 'too-many') return tooMany(last.running);
  const running = await stillRunning(colab);
  const billing = running.length === 0 ? {} : { billing: running.map(billingText) };
  const names = [...new Set(refusals.map(({ choice }) => choiceText(choice)))].join(', ');
  switch (last?.why) {
    case 'denied':
      return new Failure('runtimeUnavailable', `the account's quota does not allow ${names} now`, {
        ...billing,
        retryable: false,
        hints: [
          '`lecoder-cgpu usage` shows what is left',
          ...freeing(running),
          '`lecoder-cgpu connect --cpu` needs no accelerator',
        ],
      });
    case 'used-up':
      return new Failure('runtimeUnavailable', 'the account has used up its time on Colab for now', {
        ...billing,
        retryable: false,
        hints: [
          '`lecoder-cgpu usage` shows when more comes',
          ...freeing(running),
          'more units: https://colab.research.google.com/signup',
        ],
      });
    case 'blocked':
      return new Failure('forbidden', 'Colab has blocked this account from its machines', {
        ...billing,
        hints: [
          'Google alone can lift that: https://research.google.com/colaboratory/faq.html',
          'add `--runtime local`, which needs no account',
        ],
      });
    case 'none':
      return new Failure('apiUnavailable', 'Colab answered without a machine and without a reason', billing);
    default:
      return unavailable(colab, refusals, { billing, names, waited });
  }
}

interface Said {
  readonly billing: Pick<FailureFacts, 'billing'>;
  readonly names: string;
  readonly waited: boolean;
}

/** Every choice was refused for itself: none free, or not for this account. */
async function unavailable(
  colab: Colab,
  refusals: readonly Refusal[],
  { billing, names, waited }: Said,
): Promise<Failure> {
  if (refusals.some(({ why }) => why === 'no-capacity')) {
    return new Failure(
      'runtimeUnavailable',
      `Colab has no machine with ${names} free ${waited ? 'and had none in all that time' : 'now'}`,
      {
        ...billing,
        hints: [
          waited ? 'give `--wait` more time' : '`--wait 30m` keeps trying until there is one',
          'name other models to take instead: `--gpu T4,L4`, or `--cpu`',
        ],
      },
    );
  }
  const plan = await colab.client.ccuInfo(AbortSignal.timeout(PATIENCE)).catch(() => null);
  const memory = refusals.some(({ choice }) => choice.highMemory);
  return new Failure('runtimeUnavailable', `Colab does not permit ${names} to this account`, {
    ...billing,
    retryable: false,
    hints: [eligible(plan, refusals), ...(memory ? ['high memory needs a paid plan: try without `--high-mem`'] : [])],
  });
}

function eligible(plan: Plan | null, refusals: readonly Refusal[]): string {
  const asked = refusals.map(({ choice }) => choice.accelerator);
  // A list that names what was just refused helps nobody without saying so.
  const both = plan !== null && [...plan.eligibleGpus, ...plan.eligibleTpus].some(name => asked.includes(name));
  return both
    ? `${eligibleHint(plan)}, by its lists; the model may be refused for its memory or its region`
    : eligibleHint(plan);
}

function tooMany(running: readonly Assignment[]): Failure {
  const machines = running.map(each => billingText({ ...each, highMemory: each.shape === 'high' }));
  return new Failure('sessionLimit', `the account holds as many machines as it may: ${machines.join(', ')}`, {
    billing: machines,
    hints: freeing(running.map(each => ({ ...each, highMemory: each.shape === 'high' }))),
  });
}

/** The commands that free what runs. */
function freeing(running: readonly { readonly endpoint: string }[]): string[] {
  return running.slice(0, 3).map(({ endpoint }) => `\`lecoder-cgpu sessions close ${endpoint}\` frees that machine`);
}

/** What the account pays for at this moment; nothing where that cannot be learned quickly. */
export async function stillRunning({ machines }: Colab): Promise<(Assignment & MachineChoice)[]> {
  const listed = await machines.list(AbortSignal.timeout(PATIENCE)).catch(() => []);
  return listed.map(machine => ({ ...machine, highMemory: machine.shape === 'high' }));
}
