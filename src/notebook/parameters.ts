import type { JsonObject } from '../core/events.ts';
import { Failure } from '../core/failure.ts';
import { NumberText, numberOf } from './json-number.ts';
import { pythonFloat } from './python-literal.ts';

const INTEGER = /^\s*([+-]?)\d+(?:_\d+)*\s*$/;
const FLOAT =
  /^\s*[+-]?(?:(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?|inf(?:inity)?|nan)\s*$/i;

/** `lr=0.1` as a name and a value: whole number, float, `True`, `False`, `None`, else text, by papermill's rule. */
export function parseParameter(pair: string): readonly [string, unknown] {
  const cut = pair.indexOf('=');
  if (cut < 0) throw new Failure('usage', `parameter \`${pair}\` has no value`, { hints: ['`-p name=value`'] });
  const name = pair.slice(0, cut);
  return [checkedName(name), parameterValue(pair.slice(cut + 1))];
}

/** What a value typed on the command line means to Python. */
export function parameterValue(text: string): unknown {
  if (text === 'True') return true;
  if (text === 'False') return false;
  if (text === 'None') return null;
  if (INTEGER.test(text)) return numberOf(plainInteger(text));
  if (FLOAT.test(text)) return floatOf(text.trim().replaceAll('_', ''));
  return text;
}

/** The values as a JSON object: floats that are whole numbers lose their point, what JSON has no number for is text. */
export function parametersObject(parameters: ReadonlyMap<string, unknown>): JsonObject {
  return JSON.parse(JSON.stringify(Object.fromEntries(parameters))) as JsonObject;
}

/** The float of that text, in Python's spelling. */
export function floatOf(text: string): number | NumberText {
  const value = Number(text);
  const spelt = Number.isNaN(value) ? text : pythonFloat(value);
  return Number.isFinite(value) && String(value) === spelt ? value : new NumberText(spelt);
}

function plainInteger(text: string): string {
  const digits = text.trim().replaceAll('_', '').replace(/^\+/, '');
  return digits.replace(/^(-?)0+(?=\d)/, '$1').replace(/^-0$/, '0');
}

/** Throws `usage` for what is no name in Python. */
export function checkedName(name: string): string {
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return name;
  throw new Failure('usage', `\`${name}\` is no name of a variable, so it cannot be a parameter`);
}
