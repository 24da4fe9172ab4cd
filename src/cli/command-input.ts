import type { FoundCommand } from './find-command.ts';
import { GLOBAL_OPTIONS, type OptionValues } from './global-options.ts';
import { shellJoin } from './shell-quote.ts';
import { type CommandSpec, optionNames, type WordSpec } from './spec.ts';
import { didYouMean, oneOf, usageError } from './usage.ts';

const PROGRAM = 'lecoder-cgpu';

interface Given {
  readonly values: OptionValues;
  readonly words: readonly string[];
}

/** What the command gets: its options by name with defaults, its words by theirs. Throws `usage` failures. */
export function completeInput(found: FoundCommand, spec: CommandSpec, given: Given): OptionValues {
  checkExclusive(spec, given.values);
  const input: Record<string, unknown> = {};
  for (const option of spec.options ?? []) {
    if (option.default !== undefined) input[optionNames(option).key] = option.default;
  }
  Object.assign(input, ownValues(spec, given.values));
  if (spec.remoteWords) return { ...input, ...remoteProgram(input, given.words) };
  return { ...input, ...namedWords(found, spec, given.words) };
}

function ownValues(spec: CommandSpec, values: OptionValues): OptionValues {
  const own = new Set((spec.options ?? []).map(option => optionNames(option).key));
  const global = new Set(GLOBAL_OPTIONS.map(option => optionNames(option).key));
  return Object.fromEntries(Object.entries(values).filter(([name]) => own.has(name) || !global.has(name)));
}

function checkExclusive(spec: CommandSpec, values: OptionValues): void {
  const long = (key: string) =>
    optionNames(
      (spec.options ?? []).find(option => optionNames(option).key === key) ?? {
        flags: `--${key}`,
        kind: 'flag',
        help: '',
      },
    ).long;
  for (const names of spec.exclusive ?? []) {
    const given = names.filter(name => values[name] !== undefined);
    const [first, second] = given;
    if (first !== undefined && second !== undefined)
      throw usageError(`\`${long(first)}\` and \`${long(second)}\` exclude each other`);
  }
}

/** Several words are quoted for the remote shell, or joined with a blank for the kernel; one is a program as it is. */
function remoteProgram(input: OptionValues, words: readonly string[]): OptionValues {
  if (input.kernel === true && input.mode === 'terminal')
    throw usageError('`--kernel` and `--mode terminal` exclude each other');
  const mode = input.kernel === true || input.mode === 'kernel' ? 'kernel' : 'terminal';
  const joined = mode === 'kernel' ? words.join(' ') : shellJoin(words);
  const code = words.length === 0 ? null : words.length === 1 ? (words[0] ?? null) : joined;
  return { words, code, mode };
}

function namedWords(found: FoundCommand, spec: CommandSpec, words: readonly string[]): OptionValues {
  const named: Record<string, unknown> = {};
  const name = [PROGRAM, ...found.place.path].join(' ');
  let taken = 0;
  for (const word of spec.words ?? []) {
    const value = word.variadic ? words.slice(taken) : words[taken];
    taken += word.variadic ? words.length - taken : 1;
    if (word.required && (value === undefined || value.length === 0)) {
      throw usageError(`\`${name}\` needs ${word.help}`, [`see \`${name} --help\``]);
    }
    for (const one of value === undefined ? [] : [value].flat()) checkChoice(word, one, name);
    if (value !== undefined) named[word.name] = value;
  }
  const excess = words[taken];
  if (excess === undefined) return named;
  const hints = didYouMean(excess, found.place.children, verb => `${name} ${verb}`);
  const problem = taken === 0 ? `takes no word, but got \`${excess}\`` : `has no use for the word \`${excess}\``;
  throw usageError(`\`${name}\` ${problem}`, [...hints, `see \`${name} --help\``]);
}

function checkChoice({ choices }: WordSpec, word: string, name: string): void {
  if (choices === undefined || choices.includes(word)) return;
  const hints = didYouMean(word, choices, near => `${name} ${near}`);
  throw usageError(`\`${name}\` takes ${oneOf(choices)}, not \`${word}\``, hints);
}
