import type { Plan } from '../../core/account.ts';
import type { Report } from '../../core/events.ts';
import type { Services } from '../../core/services.ts';
import type { Session } from '../../core/session.ts';
import { durationText } from '../../util/time.ts';
import { within } from '../sessions/within.ts';

/** Milliseconds. A shorter run costs less than is worth a question to Google. */
const WORTH_ASKING = 10_000;
const PATIENCE = 1000;
/** Compute units below which nothing was spent that anybody would notice. */
const LEAST = 0.005;

export interface Receipt {
  /** Says in one line what the run cost; nothing where nothing is known or was spent. */
  print(report: Report): Promise<void>;
}

/** Learns what the account's machines cost while a longer run goes on, so that a short one asks Google nothing. */
export function startReceipt(session: Session, services: Services, signal: AbortSignal): Receipt {
  const { host } = services;
  const started = host.monotonic();
  let asked: Promise<Plan | null> | null = null;
  const timer = setTimeout(() => {
    asked = planOf(session, services, signal).catch(() => null);
  }, WORTH_ASKING);
  return {
    async print(report) {
      clearTimeout(timer);
      const plan = asked && (await within(PATIENCE, asked, null));
      if (!plan || plan.ratePerHour === null) return;
      const elapsed = host.monotonic() - started;
      const spent = (plan.ratePerHour * elapsed) / 3_600_000;
      if (spent < LEAST) return;
      const left = plan.balance === null ? '' : `, about ${units(Math.max(0, plan.balance))} left`;
      const text = `${units(spent)} spent in ${durationText(elapsed)}, at ${units(plan.ratePerHour)} an hour for all machines${left}`;
      await report({ type: 'note', text });
    },
  };
}

async function planOf(session: Session, services: Services, signal: AbortSignal): Promise<Plan | null> {
  const provider = await services.provider(session.provider);
  return provider.plan?.(signal) ?? null;
}

function units(amount: number): string {
  return `${Number(amount.toFixed(2))} ${amount === 1 ? 'unit' : 'units'}`;
}
