import { NumberText } from './json-number.ts';

/** A value of JSON as Python writes it. `NumberText` keeps the difference between 1 and 1.0. Throws `TypeError` otherwise. */
export function pythonLiteral(value: unknown): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return pythonString(value);
  if (value instanceof NumberText) return numberLiteral(value.text);
  if (typeof value === 'number') return numberLiteral(Number.isInteger(value) ? String(value) : pythonFloat(value));
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value !== 'object') throw new TypeError(`no Python literal for a ${typeof value}`);
  const items = Object.entries(value).map(([key, item]) => `${pythonString(key)}: ${pythonLiteral(item)}`);
  return `{${items.join(', ')}}`;
}

function numberLiteral(text: string): string {
  const word = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(text);
  if (word === null) return text;
  return word[2]?.toLowerCase() === 'nan' ? "float('nan')" : `float('${word[1] === '-' ? '-' : ''}inf')`;
}

/** A float as Python's `repr` spells it. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 16) return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** In double quotes and in ASCII alone, as Python's `unicode_escape` writes it. */
function pythonString(text: string): string {
  const escaped = Array.from(text, character => {
    const short = SHORT[character];
    if (short !== undefined) return short;
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x20 && code < 0x7f) return character;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
  return `"${escaped.join('')}"`;
}
