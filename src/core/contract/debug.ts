import * as z from 'zod/mini';
import { LOG_LEVELS } from '../settings.ts';
import { underData } from './common.ts';

const Line = z.looseObject({
  timestamp: z.string(),
  level: z.enum(LOG_LEVELS),
  category: z.string(),
  message: z.string(),
  pid: z.int(),
  data: z.optional(z.record(z.string(), z.unknown())),
});

/** Of `debug tail` and `debug show`. */
export const DebugLinesObject = underData(z.array(Line));

export const DebugListObject = underData(
  z.array(z.looseObject({ path: z.string(), size: z.int(), modified: z.string() })),
);

export const DebugPathObject = underData(z.looseObject({ path: z.string() }));
