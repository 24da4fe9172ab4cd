import type { Account, Plan } from '../../core/account.ts';
import type { Report } from '../../core/events.ts';
import { isFailure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';
import { within } from '../sessions/within.ts';

/** Milliseconds for the account's numbers; nobody waits longer for a line of a table. */
const PATIENCE = 3000;

export interface AccountPlan {
  /** False without a sign-in, and with one that Google no longer accepts. */
  readonly authenticated: boolean;
  readonly account: Account | null;
  /** Null when it could not be learned. */
  readonly plan: Plan | null;
}

const NOBODY: AccountPlan = { authenticated: false, account: null, plan: null };

/** What is known of the account, asked for but never signed in for. What could not be learned is said as a warning. */
export async function accountPlan(services: Services, report: Report, signal: AbortSignal): Promise<AccountPlan> {
  try {
    const identity = await services.identity();
    if (identity.login() === null) return NOBODY;
    // a bare refresh token does not say whose it is; asked beside the numbers
    const who = within(PATIENCE, identity.account(signal), null);
    const provider = await services.provider('colab');
    const asked = provider.plan?.(signal).then(
      plan => ({ plan, error: null }),
      (error: unknown) => ({ plan: null, error }),
    );
    const { plan, error } = asked
      ? await within(PATIENCE, asked, { plan: null, error: 'no answer in time' })
      : { plan: null, error: null };
    if (error !== null) await tell(error, report);
    const refused = isFailure(error, 'notAuthenticated', 'tokenExpired', 'invalidCredentials', 'insufficientScopes');
    const account = await who;
    return refused ? { ...NOBODY, account } : { authenticated: true, account, plan };
  } catch (error) {
    if (signal.aborted || !isFailure(error)) throw error;
    await tell(error, report);
    return NOBODY;
  }
}

async function tell(error: unknown, report: Report): Promise<void> {
  const why = error instanceof Error ? error.message : String(error);
  const hint = isFailure(error) ? error.facts.hints?.[0] : undefined;
  const text = `tier, units and limits of the account are not known: ${why}`;
  await report({ type: 'warning', text, ...(hint === undefined ? {} : { hint }) });
}
