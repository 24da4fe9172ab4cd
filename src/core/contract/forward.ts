import * as z from 'zod/mini';
import { atTopLevel, ErrorObject } from './common.ts';

/** `error` and `status: "abort"` when it was interrupted, which is how it usually ends. */
export const ForwardObject = atTopLevel({
  forwards: z.array(
    z.looseObject({
      local: z.string(),
      localPort: z.int(),
      remote: z.string(),
      connections: z.int(),
      bytesUp: z.int(),
      bytesDown: z.int(),
    }),
  ),
  error: z.optional(ErrorObject),
});
