import * as z from 'zod/mini';
import { PROVIDERS } from '../runtime.ts';
import { atTopLevel, underData } from './common.ts';

const Text = z.nullable(z.string());

const SessionRow = z.looseObject({
  id: z.string(),
  name: Text,
  gpu: Text,
  status: z.enum(['connected', 'disconnected', 'stale', 'unknown']),
  createdAt: Text,
  lastActivity: Text,
  active: z.boolean(),
  runtime: z.looseObject({
    id: z.string(),
    type: z.enum(['gpu', 'tpu', 'cpu']),
    variant: Text,
    provider: z.enum(PROVIDERS),
    label: z.string(),
    createdAt: Text,
  }),
  kernel: z.nullable(z.looseObject({ id: z.string(), status: z.string() })),
});

export const SessionsListObject = atTopLevel({
  /** Absent with `--stats`, which gives the totals instead. */
  sessions: z.optional(z.array(SessionRow)),
  tier: Text,
  limit: z.nullable(z.int()),
  used: z.int(),
  totalSessions: z.optional(z.int()),
  activeSessions: z.optional(z.int()),
  connectedSessions: z.optional(z.int()),
  staleSessions: z.optional(z.int()),
  maxSessions: z.optional(z.nullable(z.int())),
});

export const SessionsSwitchObject = underData(
  z.looseObject({ switched: z.boolean(), sessionId: z.string(), name: z.string() }),
);

/** Also of `disconnect`. */
export const SessionsCloseObject = underData(
  z.looseObject({
    closed: z.array(
      z.looseObject({ id: z.string(), name: z.string(), runtime: z.string(), runtimeReleased: z.boolean() }),
    ),
  }),
);

const Named = z.array(z.looseObject({ id: z.string(), name: z.string() }));
export const SessionsCleanObject = underData(z.looseObject({ removed: Named, unknown: Named }));

/** Fields of what was connected. */
export const ConnectData = {
  session: z.looseObject({ id: z.string(), name: z.string(), createdAt: z.string() }),
  runtime: z.looseObject({ id: z.string(), label: z.string(), type: z.enum(['gpu', 'tpu', 'cpu']), gpu: Text }),
  kernel: z.looseObject({ id: z.string() }),
  fresh: z.boolean(),
  /** True when an interactive shell or prompt was opened and has ended. */
  shell: z.boolean(),
  /** The status it ended with; null when there is none. */
  exitStatus: z.nullable(z.int()),
};

export const ConnectObject = underData(z.looseObject(ConnectData));
