import { expect, test } from 'vitest';
import type { Event } from '../../../src/core/events.ts';
import { ANY_MACHINE, type RuntimeWish } from '../../../src/core/runtime.ts';
import type { Graphics } from '../../../src/local/graphics.ts';
import { checkWish } from '../../../src/local/wish.ts';

const none: RuntimeWish = ANY_MACHINE;
const cpu: Graphics = { variant: 'cpu', accelerator: null };
const a100: Graphics = { variant: 'gpu', accelerator: 'NVIDIA A100-SXM4-40GB' };

async function warnings(wish: Partial<RuntimeWish>, graphics: Graphics): Promise<string[]> {
  const texts: string[] = [];
  await checkWish({ ...none, ...wish }, Promise.resolve(graphics), (event: Event) => {
    if (event.type === 'warning') texts.push(event.text);
  });
  return texts;
}

test.each<[Partial<RuntimeWish>, Graphics, number]>([
  [{}, cpu, 0],
  [{ variant: 'cpu' }, a100, 0],
  [{ variant: 'gpu' }, a100, 0],
  [{ variant: 'gpu', accelerators: ['T4', 'a100'] }, a100, 0],
  [{ variant: 'gpu' }, cpu, 1],
  [{ variant: 'gpu', accelerators: ['T4'] }, a100, 1],
  [{ variant: 'gpu', accelerators: ['A10'] }, a100, 1],
  [{ variant: 'tpu' }, a100, 1],
  [{ highMemory: true }, cpu, 1],
  [{ fresh: true, highMemory: true }, cpu, 2],
])('%j on %j: %i warnings', async (wish, graphics, count) => {
  expect(await warnings(wish, graphics)).toHaveLength(count);
});

test('strict refuses instead, and is not worth trying again', async () => {
  await expect(warnings({ variant: 'gpu', strict: true }, cpu)).rejects.toMatchObject({
    kind: 'runtimeUnavailable',
    facts: { retryable: false },
  });
  expect(await warnings({ variant: 'gpu', strict: true }, a100)).toEqual([]);
});
