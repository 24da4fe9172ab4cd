import type { JsonObject } from '../events.ts';

/** The parts of a JSON Schema that a table of fields is made from. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
}

/** The schema with these fields of it alone. */
export function pick(schema: JsonObject, names: readonly string[]): JsonObject {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, unknown>> };
  return { ...schema, properties: Object.fromEntries(names.map(name => [name, properties[name]])) } as JsonObject;
}

/** A row `[field, type]` for each field of an object and, with a path, for the fields below it. */
export function fieldRows(schema: JsonObject): readonly (readonly [string, string])[] {
  return rowsOf(schema as Schema, '');
}

/** What a value may be, in words. */
export function typeText(schema: JsonObject): string {
  return typeOf(schema as Schema);
}

function rowsOf({ properties = {}, required = [] }: Schema, path: string): (readonly [string, string])[] {
  return Object.entries(properties).flatMap(([name, each]) => {
    const here = `${path}${name}`;
    const inner = innerObject(each);
    const below = inner === null ? [] : rowsOf(inner.schema, `${here}${inner.suffix}.`);
    const absent = required.includes(name) ? '' : ' (may be absent)';
    return [[`\`${here}\`${absent}`, typeOf(each)] as const, ...below];
  });
}

function innerObject(schema: Schema): { readonly schema: Schema; readonly suffix: string } | null {
  const solid = schema.anyOf?.find(each => each.type !== 'null') ?? schema;
  if (solid.properties) return { schema: solid, suffix: '' };
  const inner = solid.items === undefined ? null : innerObject(solid.items);
  return inner === null ? null : { schema: inner.schema, suffix: `[]${inner.suffix}` };
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(', ');
  if (schema.type === 'array') return `array of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'string' && schema.format === 'date-time') return 'ISO 8601 time';
  return [schema.type ?? 'anything'].flat().join(' or ');
}
