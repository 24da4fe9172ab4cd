import { describe, expect, test } from 'vitest';
import {
  AssignGetAnswer,
  AssignPostAnswer,
  ExperimentsAnswer,
  ListAnswer,
  PropagationAnswer,
} from '../../../src/colab/wire/assignment.ts';
import { bodyOf, translated } from '../../../src/colab/wire/body.ts';
import { notebookHash } from '../../../src/colab/wire/notebook-hash.ts';
import { CcuInfo, SubscriptionAnswer, UserInfo } from '../../../src/colab/wire/plan.ts';
import { ProxyAnswer } from '../../../src/colab/wire/proxy.ts';
import { ResourcesAnswer } from '../../../src/colab/wire/resources.ts';
import { modelOf, shapeOf, tierOf, variantOf } from '../../../src/colab/wire/vocabulary.ts';
import { isFailure } from '../../../src/core/failure.ts';

const PROXY = { token: 'proxy-1', tokenExpiresInSeconds: 3600, url: 'https://8080-m-s-1.prod.colab.dev' };
const read = <T extends Parameters<typeof translated>[0]>(schema: T, value: unknown) =>
  translated(schema, JSON.stringify(value), 'host/path');

describe('bodies', () => {
  test('the prefix is taken off where there is one', () => {
    expect(bodyOf(')]}\'\n{"token":"x"}', 'h')).toEqual({ token: 'x' });
    expect(bodyOf('{"token":"x"}', 'h')).toEqual({ token: 'x' });
  });

  test('nothing is a legal answer', () => {
    expect(bodyOf('', 'h')).toBeNull();
    expect(bodyOf(")]}'\n", 'h')).toBeNull();
  });

  test.each(['<html>sign in</html>', 'secret-token', ")]}'{}"])('%j is no answer, and is not repeated', text => {
    const failure = failureOf(() => bodyOf(text, 'colab.example/tun/m/assign'));
    expect(failure).toMatchObject({ kind: 'apiUnavailable', facts: { retryable: false } });
    expect(String(failure)).toContain('colab.example/tun/m/assign');
    expect(String(failure)).not.toContain(text);
  });

  test('what does not fit names its fields, never their values', () => {
    const failure = failureOf(() => read(ProxyAnswer, { token: 'secret-token', url: 12 }));
    expect(String(failure)).toContain('url');
    expect(String(failure)).not.toContain('secret-token');
  });
});

describe('assign', () => {
  test('the GET of a free key is a token', () => {
    const answer = { acc: 'T4', nbh: 'n', p: false, token: 'xsrf', variant: 'GPU' };
    expect(read(AssignGetAnswer, answer)).toEqual({ kind: 'free', xsrf: 'xsrf' });
    expect(read(AssignGetAnswer, { token: 'xsrf' })).toEqual({ kind: 'free', xsrf: 'xsrf' });
  });

  test('the GET of a taken key is the machine', () => {
    const answer = { endpoint: 'gpu-t4-s-1', accelerator: 'T4', variant: 'GPU', runtimeProxyInfo: PROXY };
    expect(read(AssignGetAnswer, answer)).toMatchObject({
      kind: 'assigned',
      machine: { endpoint: 'gpu-t4-s-1', variant: 'gpu', accelerator: 'T4', shape: 'standard', nbh: null },
    });
  });

  test('a POST that worked', () => {
    const answer = {
      endpoint: 'm-s-1',
      accelerator: 'A100',
      variant: 1,
      machineShape: 1,
      runtimeProxyInfo: PROXY,
      fit: 5400,
      sub: 2,
      subTier: 2,
      outcome: 4,
    };
    expect(read(AssignPostAnswer, answer)).toEqual({
      kind: 'assigned',
      tier: 'pro+',
      machine: {
        endpoint: 'm-s-1',
        variant: 'gpu',
        accelerator: 'A100',
        shape: 'high',
        nbh: null,
        proxy: { token: 'proxy-1', url: PROXY.url, seconds: 3600 },
      },
    });
  });

  test('zeros are left out: no outcome, no variant, no shape, no tier', () => {
    const answer = read(AssignPostAnswer, { endpoint: 'm-s-1', accelerator: 'NONE', runtimeProxyInfo: PROXY });
    expect(answer).toMatchObject({
      kind: 'assigned',
      tier: null,
      machine: { variant: 'cpu', accelerator: null, shape: 'standard' },
    });
  });

  test.each([
    [1, 'denied'],
    [2, 'used-up'],
    [3, 'used-up'],
    [5, 'blocked'],
    ['DENYLISTED', 'blocked'],
    [0, 'none'],
    [4, 'none'],
    [99, 'none'],
  ])('outcome %j without a machine is a refusal', (outcome, expected) => {
    expect(read(AssignPostAnswer, { outcome })).toEqual({ kind: 'refused', outcome: expected });
  });

  test('a refusal is one even with a machine beside it', () => {
    expect(read(AssignPostAnswer, { outcome: 5, endpoint: 'm-s-1' })).toEqual({ kind: 'refused', outcome: 'blocked' });
  });

  test('a POST without a way in is still a machine that is paid for', () => {
    expect(read(AssignPostAnswer, { endpoint: 'm-s-1', runtimeProxyInfo: { token: 1 } })).toMatchObject({
      kind: 'assigned',
      machine: { endpoint: 'm-s-1', proxy: null },
    });
  });
});

describe('listings', () => {
  test('the older one', () => {
    const item = { endpoint: 'm-s-1', accelerator: 'NONE', variant: 0, machineShape: 0, runtimeProxyInfo: PROXY };
    expect(read(ListAnswer, { assignments: [item] })).toMatchObject([
      { endpoint: 'm-s-1', variant: 'cpu', accelerator: null, proxy: { token: 'proxy-1' } },
    ]);
  });

  test('the newer one', () => {
    const item = {
      endpoint: 'tpu-1',
      accelerator: 'V5E1',
      variant: 'VARIANT_TPU',
      machineShape: 'SHAPE_HIGH_MEM',
      runtimeProxyInfo: { token: 't', tokenTtl: '1799.5s', url: PROXY.url },
      notebookIdHash: 'hash',
    };
    expect(read(ListAnswer, { assignments: [item] })).toEqual([
      {
        endpoint: 'tpu-1',
        variant: 'tpu',
        accelerator: 'V5E1',
        shape: 'high',
        nbh: 'hash',
        proxy: { token: 't', url: PROXY.url, seconds: 1799.5 },
      },
    ]);
  });

  test('no machines, no key', () => {
    expect(read(ListAnswer, {})).toEqual([]);
    expect(read(ListAnswer, { assignments: [] })).toEqual([]);
  });

  test('a model nobody has told us about does not spoil the listing, nor does an item that cannot be read', () => {
    const items = [
      { endpoint: 'a', accelerator: 'B300X', variant: 1 },
      'nonsense',
      { accelerator: 'T4' },
      { endpoint: 'b' },
    ];
    expect(read(ListAnswer, { assignments: items })).toMatchObject([
      { endpoint: 'a', accelerator: 'B300X', variant: 'gpu' },
      { endpoint: 'b', accelerator: null, variant: 'cpu' },
    ]);
  });
});

describe('words', () => {
  test.each([
    ['v5e-1', 'V5E1'],
    ['V2-8', 'V28'],
    ['t4', 'T4'],
    ['NONE', null],
    ['', null],
    [undefined, null],
  ])('model %j is %j', (text, model) => expect(modelOf(text)).toBe(model));

  test.each([
    [0, null, 'cpu'],
    ['DEFAULT', null, 'cpu'],
    ['VARIANT_UNSPECIFIED', null, 'cpu'],
    [1, 'T4', 'gpu'],
    ['VARIANT_TPU', 'V28', 'tpu'],
    [undefined, 'V9E4', 'tpu'],
    [7, 'V100', 'gpu'],
    [7, null, 'cpu'],
  ])('variant %j of %j is %s', (value, model, variant) => expect(variantOf(value, model)).toBe(variant));

  test.each([
    [0, 'standard'],
    [undefined, 'standard'],
    ['SHAPE_UNSPECIFIED', 'standard'],
    ['SHAPE_HIGHMEM', 'high'],
    ['SHAPE_HIGH_MEM', 'high'],
    [1, 'high'],
  ])('shape %j is %s', (value, shape) => expect(shapeOf(value)).toBe(shape));

  test.each([
    [0, 'free'],
    ['SUBSCRIPTION_TIER_NONE', 'free'],
    ['SUBSCRIPTION_TIER_FREE', 'free'],
    ['SUBSCRIPTION_TIER_UNSPECIFIED', 'free'],
    [1, 'pro'],
    ['SUBSCRIPTION_TIER_PRO', 'pro'],
    ['VERY_PRO', 'pro+'],
    ['SUBSCRIPTION_TIER_PRO_PLUS', 'pro+'],
    ['SUBSCRIPTION_TIER_ULTRA', null],
    [undefined, null],
  ])('tier %j is %j', (value, tier) => expect(tierOf(value)).toBe(tier));

  test('a key is 44 characters of the right kind, and its own for each id', () => {
    const key = notebookHash('0f8fad5b-d9cb-469f-a165-70867728950e');
    expect(key).toMatch(/^[A-Za-z0-9_.-]{44}$/);
    expect(key).toBe('0f8fad5b_d9cb_469f_a165_70867728950e........');
  });
});

describe('the account', () => {
  test('by the older endpoint', () => {
    const answer = {
      currentBalance: 42.5,
      consumptionRateHourly: 1.7,
      assignmentsCount: 1,
      eligibleGpus: ['T4', 'L4'],
      eligibleTpus: ['V28'],
      ineligibleGpus: ['A100'],
    };
    expect(read(CcuInfo, answer)).toEqual({
      tier: null,
      balance: 42.5,
      ratePerHour: 1.7,
      hoursLeft: 25,
      machines: 1,
      eligibleGpus: ['T4', 'L4'],
      eligibleTpus: ['V28'],
      free: null,
    });
  });

  test('free units are thousandths, in text', () => {
    const free = { remainingTokens: '3500', nextRefillTimestampSec: 1_800_000_000 };
    const plan = read(CcuInfo, { consumptionRateHourly: 0.5, freeCcuQuotaInfo: free });
    expect(plan).toMatchObject({
      balance: 0,
      hoursLeft: 7,
      free: { units: 3.5, refillsAt: '2027-01-15T08:00:00.000Z' },
    });
  });

  test('nothing spent is no end in sight', () => {
    expect(read(CcuInfo, {})).toMatchObject({ balance: 0, ratePerHour: 0, hoursLeft: null, eligibleGpus: [] });
  });

  test('by the private API', () => {
    const answer = {
      subscriptionTier: 'SUBSCRIPTION_TIER_PRO',
      paidComputeUnitsBalance: 10,
      consumptionRateHourly: '2',
      eligibleAccelerators: [
        { variant: 'VARIANT_GPU', models: ['T4', 'A100'] },
        { variant: 'VARIANT_TPU', models: ['V5E1'] },
        { variant: 'VARIANT_QPU' },
      ],
    };
    expect(read(UserInfo, answer)).toMatchObject({
      tier: 'pro',
      balance: 10,
      hoursLeft: 5,
      eligibleGpus: ['T4', 'A100'],
      eligibleTpus: ['V5E1'],
    });
  });

  test('by the public API', () => {
    expect(read(SubscriptionAnswer, { name: 'subscription', tier: 'SUBSCRIPTION_TIER_FREE' })).toBe('free');
  });
});

describe('the rest', () => {
  test.each([
    [{ tokenExpiresInSeconds: 60 }, 60],
    [{ tokenTtl: '120s' }, 120],
    [{ tokenTtl: 'soon' }, 3600],
    [{ tokenTtl: '0s' }, 3600],
    [{ tokenExpiresInSeconds: '90' }, 90],
    [{}, 3600],
  ])('a token with %j is good for %d s', (extra, seconds) => {
    expect(read(ProxyAnswer, { token: 't', url: PROXY.url, ...extra })).toMatchObject({ seconds });
  });

  test('readings', () => {
    const answer = {
      memory: { totalBytes: 13_000, freeBytes: 3000, kernels: [] },
      disks: [
        { filesystem: { label: 'tmpfs', totalBytes: 5 } },
        { filesystem: { label: 'root', totalBytes: 100, usedBytes: 40 } },
        {},
      ],
      gpus: [{ name: 'Tesla T4', memoryTotalBytes: 15_000, gpuUtilization: 0.25, everUsed: true }],
    };
    expect(read(ResourcesAnswer, answer)).toMatchObject({
      memory: { total: 13_000, used: 10_000, free: 3000 },
      disk: { total: 100, used: 40, free: 60, path: 'root' },
      gpus: [
        {
          name: 'Tesla T4',
          memory: { total: 15_000, used: 0, free: 15_000 },
          utilization: { gpu: 0.25, memory: 0 },
        },
      ],
    });
  });

  test('readings of a machine without a GPU, and in the older shape', () => {
    expect(read(ResourcesAnswer, { ram: { limit: 100, used: 30 } })).toMatchObject({
      memory: { total: 100, used: 30, free: 70 },
      disk: null,
      gpus: [],
    });
    expect(read(ResourcesAnswer, {})).toMatchObject({ memory: null, disk: null, gpus: [] });
  });

  test('credentials', () => {
    expect(read(PropagationAnswer, { success: true })).toEqual({ success: true, consent: null });
    expect(read(PropagationAnswer, { success: false, unauthorized_redirect_uri: 'https://x.google.com' })).toEqual({
      success: false,
      consent: 'https://x.google.com',
    });
  });

  test('experiments', () => {
    expect(read(ExperimentsAnswer, { experiments: { a: true }, selectedIds: [1] })).toEqual({ a: true });
    expect(read(ExperimentsAnswer, {})).toEqual({});
  });
});

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
