import * as z from 'zod/mini';
import { underData } from './common.ts';

/** Of `kernel status`, `kernel restart` and `kernel interrupt`. */
export const KernelObject = underData(
  z.looseObject({
    session: z.string(),
    id: z.nullable(z.string()),
    name: z.nullable(z.string()),
    /** As the server spells it; `none` before the first run. */
    state: z.string(),
    lastActivity: z.nullable(z.string()),
    connections: z.nullable(z.int()),
  }),
);
