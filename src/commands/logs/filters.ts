import * as z from 'zod/mini';

/** The words are checked where they are used, so that a wrong one gets the nearest right one. */
export const Filters = z.object({
  since: z.optional(z.string()),
  status: z.optional(z.string()),
  category: z.optional(z.string()),
  mode: z.optional(z.string()),
});
