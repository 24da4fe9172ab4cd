import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Plan } from '../../../../src/core/account.ts';
import type { Event } from '../../../../src/core/events.ts';
import type { Services } from '../../../../src/core/services.ts';
import type { Session } from '../../../../src/core/session.ts';
import { startReceipt } from '../../../../src/operations/run/receipt.ts';

const PLAN: Plan = {
  tier: 'pro',
  balance: 80,
  ratePerHour: 1.2,
  hoursLeft: 66,
  eligibleGpus: [],
  eligibleTpus: [],
  machines: 1,
  free: null,
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function bed(plan: () => Promise<Plan> = async () => PLAN) {
  const asked = vi.fn(plan);
  const services = {
    host: { monotonic: () => performance.now() },
    provider: async () => ({ plan: asked }),
  } as unknown as Services;
  const events: Event[] = [];
  const receipt = startReceipt({ provider: 'colab' } as Session, services, new AbortController().signal);
  return { asked, receipt, events, report: (event: Event) => void events.push(event) };
}

test('a longer run says what it cost, in one line', async () => {
  const { receipt, report, events } = bed();
  await vi.advanceTimersByTimeAsync(30 * 60_000);
  await receipt.print(report);
  expect(events).toEqual([
    { type: 'note', text: '0.6 units spent in 30 min, at 1.2 units an hour for all machines, about 80 units left' },
  ]);
});

test('a short one asks nobody and says nothing', async () => {
  const { receipt, report, events, asked } = bed();
  await vi.advanceTimersByTimeAsync(9000);
  await receipt.print(report);
  expect(asked).not.toHaveBeenCalled();
  expect(events).toEqual([]);
});

test.each([
  ['does not answer', () => new Promise<Plan>(() => {})],
  ['refuses', () => Promise.reject(new Error('no'))],
  ['does not know the rate', async () => ({ ...PLAN, ratePerHour: null })],
])('nothing is said when Google %s, and nobody waits', async (_, plan) => {
  const { receipt, report, events } = bed(plan);
  await vi.advanceTimersByTimeAsync(60_000);
  const printed = receipt.print(report);
  await vi.advanceTimersByTimeAsync(1000);
  await printed;
  expect(events).toEqual([]);
});
