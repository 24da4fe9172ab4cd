import * as z from 'zod/mini';
import { CATEGORIES } from '../failure.ts';

/** Fields are only ever added, so readers have to let unknown ones pass: every object is loose. */
export const Time = z.iso.datetime();

export const Timing = z.looseObject({
  startedAt: Time,
  completedAt: Time,
  /** Milliseconds. */
  duration: z.number(),
  duration_ms: z.number(),
});

export const Category = z.enum(CATEGORIES);

/** The agent reference's closed set; 0 on success. */
export const ErrorCode = z.literal([0, 1001, 1002, 1003, 1004, 1005, 1006, 1999]);

export const ErrorObject = z.looseObject({
  code: z.int(),
  exit: z.int(),
  message: z.string(),
  name: z.optional(z.string()),
  category: Category,
  suggestion: z.optional(z.string()),
  details: z.optional(z.string()),
  traceback: z.optional(z.string()),
  traceback_lines: z.optional(z.array(z.string())),
  retryable: z.boolean(),
  billing: z.optional(z.array(z.string())),
});

/** What every object begins with. */
export const HEAD = {
  schemaVersion: z.literal(1),
  command: z.string(),
  success: z.boolean(),
  status: z.enum(['ok', 'error', 'abort']),
  errorCode: ErrorCode,
  timing: Timing,
  warnings: z.optional(z.array(z.string())),
};

/** The object of a command that could not do its work. */
export const FailureObject = z.looseObject({
  ...HEAD,
  success: z.literal(false),
  status: z.enum(['error', 'abort']),
  error: ErrorObject,
});

/** The object of a command whose documented fields stand at the top level. */
export function atTopLevel<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.looseObject({ ...HEAD, ...shape });
}

/** The object of a command whose payload stands under `data`. */
export function underData<Data extends z.core.$ZodType>(data: Data) {
  return z.looseObject({ ...HEAD, success: z.literal(true), data });
}
