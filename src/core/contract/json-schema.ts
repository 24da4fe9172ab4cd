import { toJSONSchema } from 'zod/v4/core';
import type { JsonObject } from '../events.ts';
import { OBJECTS } from './objects.ts';

/** The names `jsonSchema` knows: every command, `error` and `event`. */
export const SCHEMA_NAMES: readonly string[] = Object.keys(OBJECTS);

/** The JSON Schema of what a command prints, or null when there is no such name. */
export function jsonSchema(name: string): JsonObject | null {
  const object = OBJECTS[name];
  return object === undefined ? null : { title: name, ...toJSONSchema(object, { reused: 'inline' }) };
}
