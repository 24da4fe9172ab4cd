import * as z from 'zod/mini';
import { MimeBundle } from './run.ts';

const Metadata = z.record(z.string(), z.unknown());
const line = <Name extends string, Shape extends z.core.$ZodLooseShape>(type: Name, shape: Shape) =>
  z.looseObject({ type: z.literal(type), ...shape });

/** One line of `--json-lines` before the last; the last line is the object of the command and has no `type`. */
export const EventLine = z.discriminatedUnion('type', [
  line('note', { text: z.string() }),
  line('warning', { text: z.string(), hint: z.optional(z.string()) }),
  line('step', { id: z.string(), text: z.string(), done: z.boolean() }),
  line('progress', {
    name: z.string(),
    bytes: z.int(),
    total: z.nullable(z.int()),
    rate: z.nullable(z.int()),
    eta: z.nullable(z.int()),
  }),
  line('cell', {
    notebook: z.string(),
    /** Counts all cells of the notebook from 1. */
    cell: z.int(),
    total: z.int(),
    id: z.string(),
    name: z.string(),
    status: z.enum(['running', 'ok', 'error']),
    executionCount: z.nullable(z.int()),
    /** Milliseconds; null while it runs. */
    duration: z.nullable(z.number()),
  }),
  line('listening', { local: z.string(), localPort: z.int(), remote: z.string() }),
  line('started', { execution: z.string(), session: z.string(), mode: z.enum(['kernel', 'terminal']) }),
  line('queued', {}),
  /** `text` where the bytes are UTF-8, `base64` where they are not. */
  line('output', {
    stream: z.enum(['stdout', 'stderr']),
    text: z.optional(z.string()),
    base64: z.optional(z.string()),
  }),
  line('display', { data: MimeBundle, metadata: Metadata, displayId: z.nullable(z.string()), update: z.boolean() }),
  line('result', { data: MimeBundle, metadata: Metadata, executionCount: z.nullable(z.int()) }),
  line('clear', { wait: z.boolean() }),
  line('input', { prompt: z.string(), password: z.boolean() }),
  line('reconnecting', { attempt: z.int(), reason: z.string() }),
  line('reconnected', {}),
  line('error', { name: z.string(), message: z.string(), traceback: z.array(z.string()), hints: z.array(z.string()) }),
  line('truncated', { reason: z.string() }),
]);
