import type { Account, Plan } from '../../core/account.ts';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { Runtime, RuntimeProvider } from '../../core/runtime.ts';
import { within } from '../sessions/within.ts';

/** Milliseconds for the list of machines; the numbers do not wait for it longer. */
const PATIENCE = 8000;

export interface UsageReport {
  readonly account: Account | null;
  readonly tier: Plan['tier'];
  /** Compute units that are paid for. */
  readonly balance: number | null;
  /** Units an hour, all machines together. */
  readonly ratePerHour: number | null;
  /** At that rate; null while nothing is being spent. */
  readonly hoursLeft: number | null;
  readonly free: NonNullable<Plan['free']> | null;
  readonly eligibleGpus: readonly string[];
  readonly eligibleTpus: readonly string[];
  /** What runs now, whoever started it. Null when the list could not be had. */
  readonly machines: readonly UsingMachine[] | null;
}

export interface UsingMachine {
  readonly endpoint: string;
  readonly accelerator: string | null;
  readonly variant: string;
  /** Name of the session that holds it here; null for a machine of elsewhere. */
  readonly session: string | null;
  /** Units an hour; only known for a machine that is the only one. */
  readonly ratePerHour: number | null;
}

/** What the account has and what it spends. Throws `notAuthenticated` and whatever asking Google may throw. */
export async function collectUsage({ services, report, signal }: CommandContext): Promise<UsageReport> {
  const identity = await services.identity();
  const provider = await services.provider('colab');
  if (provider.plan === undefined) throw new Failure('unknown', 'this runtime has no plan');
  if (identity.login() === null) throw notSignedIn();
  const [plan, runtimes, account] = await Promise.all([
    provider.plan(signal),
    runningNow(provider, signal),
    within(PATIENCE, identity.account(signal), null),
  ]);
  if (runtimes === null)
    await report({ type: 'warning', text: 'the machines of the account are not known: no answer in time' });
  const { sessions } = services.sessions.read();
  const rate = runtimes?.length === 1 ? plan.ratePerHour : null;
  return {
    account,
    tier: plan.tier,
    balance: plan.balance,
    ratePerHour: plan.ratePerHour,
    hoursLeft: plan.hoursLeft,
    free: plan.free ?? null,
    eligibleGpus: plan.eligibleGpus,
    eligibleTpus: plan.eligibleTpus,
    machines:
      runtimes?.map(({ id, accelerator, variant }) => ({
        endpoint: id,
        accelerator,
        variant,
        session: sessions.find(({ provider: name, runtime }) => name === 'colab' && runtime.id === id)?.name ?? null,
        ratePerHour: rate,
      })) ?? null,
  };
}

function runningNow(provider: RuntimeProvider, signal: AbortSignal): Promise<readonly Runtime[] | null> {
  return within(PATIENCE, provider.list(signal), null);
}

function notSignedIn(): Failure {
  return new Failure('notAuthenticated', 'no Google account on this machine', {
    hints: ['`lecoder-cgpu auth login` signs in; in a CI job set `LECODER_REFRESH_TOKEN`'],
  });
}
