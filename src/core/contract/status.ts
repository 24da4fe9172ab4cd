import * as z from 'zod/mini';
import { atTopLevel } from './common.ts';

const Text = z.nullable(z.string());

/** Sizes as people write them, and in bytes beside. */
const Amounts = z.looseObject({
  total: z.string(),
  used: z.string(),
  free: z.string(),
  totalBytes: z.number(),
  usedBytes: z.number(),
  freeBytes: z.number(),
});

const Gpu = z.looseObject({
  name: z.string(),
  memory: z.nullable(Amounts),
  utilization: z.looseObject({ gpu: Text, memory: Text }),
  temperature: z.nullable(z.number()),
});

const RuntimeStatus = z.looseObject({
  label: z.string(),
  endpoint: z.string(),
  provider: z.string(),
  accelerator: Text,
  connected: z.boolean(),
  gpu: z.nullable(Gpu),
  gpus: z.nullable(z.array(Gpu)),
  memory: z.nullable(Amounts),
  disk: z.nullable(Amounts),
  uptime: Text,
  kernel: z.nullable(z.looseObject({ id: z.string(), state: z.string(), executionCount: z.nullable(z.int()) })),
});

export const StatusObject = atTopLevel({
  authenticated: z.boolean(),
  account: z.nullable(z.looseObject({ id: z.string(), label: z.string() })),
  eligibleGpus: z.array(z.string()),
  connected: z.boolean(),
  runtime: z.nullable(z.looseObject({ id: z.string(), gpu: Text, uptime: Text, memoryUsed: Text, memoryTotal: Text })),
  session: z.nullable(z.looseObject({ id: z.string(), name: z.string(), createdAt: z.string() })),
  runtimes: z.array(RuntimeStatus),
  keepAlive: z.nullable(
    z.looseObject({ pid: z.int(), since: z.string(), lastRound: z.string(), sessions: z.array(z.string()) }),
  ),
  sessions: z.looseObject({
    total: z.int(),
    active: z.int(),
    connected: z.int(),
    stale: z.int(),
    max: z.nullable(z.int()),
    tier: Text,
  }),
  usage: z.nullable(z.looseObject({ balance: z.number(), ratePerHour: z.number(), hoursLeft: z.nullable(z.number()) })),
});
