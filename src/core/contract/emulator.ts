import * as z from 'zod/mini';
import { underData } from './common.ts';

const Text = z.nullable(z.string());

export const EmulatorStartObject = underData(
  z.looseObject({
    origin: z.string(),
    pid: z.int(),
    account: z.string(),
    fresh: z.boolean(),
    running: z.boolean(),
  }),
);

export const EmulatorStopObject = underData(z.looseObject({ stopped: z.boolean() }));

export const EmulatorStatusObject = underData(
  z.looseObject({
    running: z.boolean(),
    origin: Text,
    pid: z.nullable(z.int()),
    startedAt: Text,
    account: z.nullable(z.looseObject({ email: z.string(), tier: z.string(), balance: z.number() })),
    machines: z.array(z.looseObject({ endpoint: z.string(), accelerator: z.string(), url: z.string() })),
    requests: z.int(),
  }),
);

export const EmulatorEnvObject = underData(z.looseObject({ shell: z.string(), env: z.record(z.string(), z.string()) }));
