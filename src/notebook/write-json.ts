import { NumberText } from './json-number.ts';

/**
 * JSON as Python's `json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False)` spells it. `level` is how deep the
 * value stands in a larger one.
 */
export function writeJson(value: unknown, level = 0): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof NumberText) return value.text;
  if (typeof value === 'number') return Number.isNaN(value) ? 'NaN' : String(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  const [open, close, items] = Array.isArray(value)
    ? ['[', ']', value.map(item => writeJson(item, level + 1))]
    : ['{', '}', fields(value as Readonly<Record<string, unknown>>, level + 1)];
  return joined(items, level, open, close);
}

function joined(items: readonly string[], level: number, open: string, close: string): string {
  if (items.length === 0) return `${open}${close}`;
  const indent = ' '.repeat(level + 1);
  return `${open}\n${indent}${items.join(`,\n${indent}`)}\n${' '.repeat(level)}${close}`;
}

function fields(object: Readonly<Record<string, unknown>>, level: number): string[] {
  return sorted(Object.keys(object))
    .filter(key => object[key] !== undefined)
    .map(key => `${JSON.stringify(key)}: ${writeJson(object[key], level)}`);
}

/** Python sorts by code point; the default here sorts by UTF-16 unit, which puts emoji before the last rows of the BMP. */
export function sorted(keys: readonly string[]): readonly string[] {
  const inUnits = keys.toSorted();
  return keys.some(key => /[\ud800-\udfff]/.test(key)) ? inUnits.sort(byCodePoint) : inUnits;
}

function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}
