import { parse } from 'yaml';
import { Failure } from '../core/failure.ts';
import { numberOf } from './json-number.ts';
import { checkedName, floatOf } from './parameters.ts';

/** The parameters of a YAML or JSON file. Throws `usage` when it holds no object, or a name that is none in Python. */
export function parseParameterFile(text: string, file: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = parse(text, { intAsBigInt: true });
  } catch (error) {
    const details = error instanceof Error ? error.message : String(error);
    throw new Failure('usage', `\`${file}\` holds no YAML or JSON`, { details, cause: error });
  }
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Failure('usage', `\`${file}\` holds no names with values`, { hints: ['one `name: value` a line'] });
  return new Map(Object.entries(value).map(([name, item]) => [checkedName(name), fromYaml(item)]));
}

/** With whole numbers as bigint every number is a float. */
function fromYaml(value: unknown): unknown {
  if (typeof value === 'bigint') return numberOf(String(value));
  if (typeof value === 'number') return floatOf(String(value));
  if (Array.isArray(value)) return value.map(fromYaml);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromYaml(item)]));
}
