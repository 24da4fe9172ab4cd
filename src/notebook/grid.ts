import { Failure } from '../core/failure.ts';
import { parseParameter } from './parameters.ts';

/** One point of a grid: what the values are, and how they stood on the command line. */
export interface GridPoint {
  readonly parameters: ReadonlyMap<string, unknown>;
  /** `lr=0.1`, in the order of the options. */
  readonly words: readonly string[];
}

/**
 * All combinations of `lr=0.1,0.01` and its like; the last option changes fastest. A comma inside brackets, braces or
 * quotes is part of a value. Without options there is one point with nothing in it. Throws `usage`.
 */
export function gridPoints(options: readonly string[]): readonly GridPoint[] {
  const axes = options.map(axisOf);
  const names = axes.map(axis => axis.name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new Failure('usage', `\`--grid\` names \`${twice}\` twice`, {
      hints: [`all its values go into one: \`--grid ${twice}=1,2,3\``],
    });
  let points: readonly GridPoint[] = [{ parameters: new Map(), words: [] }];
  for (const { name, values } of axes) {
    points = points.flatMap(point =>
      values.map(({ text, value }) => ({
        parameters: new Map([...point.parameters, [name, value]]),
        words: [...point.words, `${name}=${text}`],
      })),
    );
  }
  return points;
}

interface Axis {
  readonly name: string;
  readonly values: readonly { readonly text: string; readonly value: unknown }[];
}

function axisOf(option: string): Axis {
  const cut = option.indexOf('=');
  const texts = cut < 0 ? [] : splitValues(option.slice(cut + 1));
  if (texts.length === 0 || texts.some(text => text === ''))
    throw new Failure('usage', `\`--grid ${option}\` has ${texts.length < 2 ? 'no values' : 'an empty value'}`, {
      hints: ['values stand between commas: `--grid lr=0.1,0.01`'],
    });
  const [name] = parseParameter(`${option.slice(0, cut)}=0`);
  const values = [...new Set(texts)].map(text => ({ text, value: parseParameter(`${name}=${text}`)[1] }));
  return { name, values };
}

function splitValues(text: string): string[] {
  const values: string[] = [];
  let [start, depth, quote] = [0, 0, ''];
  for (const [index, letter] of [...text].entries()) {
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if ('[({'.includes(letter)) depth += 1;
    else if ('])}'.includes(letter)) depth -= 1;
    else if (letter === ',' && depth <= 0) {
      values.push([...text].slice(start, index).join(''));
      start = index + 1;
    }
  }
  return [...values, [...text].slice(start).join('')].map(value => value.trim());
}

/** A part of a file name for each of the words: `lr=0.1`. What a file system might not like is a `_`. */
export function gridSuffix(words: readonly string[]): string {
  return words.map(word => word.replace(/[^\p{L}\p{N}=.+-]+/gu, '_').slice(0, 48)).join('.');
}
