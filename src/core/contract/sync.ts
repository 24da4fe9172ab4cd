import * as z from 'zod/mini';
import { atTopLevel, ErrorObject } from './common.ts';

/** Of `sync`. Paths are relative to both folders, with `/`. */
export const SyncObject = atTopLevel({
  local: z.string(),
  remote: z.string(),
  direction: z.enum(['push', 'pull']),
  /** Nothing was changed: this is what would be. */
  dryRun: z.boolean(),
  changes: z.array(
    z.looseObject({
      path: z.string(),
      change: z.enum(['create', 'update', 'delete', 'mode']),
      kind: z.enum(['file', 'folder', 'link', 'special', 'unnamed', 'mount', 'closed']),
      bytes: z.int(),
    }),
  ),
  /** Left alone on both sides; then `success` is false. */
  conflicts: z.array(
    z.looseObject({
      path: z.string(),
      reason: z.enum(['both-changed', 'never-synced', 'removed-and-changed', 'folder-in-the-way', 'differs-in-case']),
    }),
  ),
  /** Changed at the target alone, and left as they are. */
  kept: z.array(z.string()),
  /** How many are only at the target, and were left there. */
  extra: z.int(),
  unchanged: z.int(),
  bytes: z.int(),
  /** Milliseconds. */
  elapsed: z.number(),
  /** Of `--watch`: how often it was synced. The lists are then of all rounds together, conflicts and `kept` of the last. */
  rounds: z.optional(z.int()),
  error: z.optional(ErrorObject),
});
