import { Command, Option } from 'commander';
import type { OptionValues } from './global-options.ts';
import { type KnownOption, type OptionTable, readOptionToken } from './option-table.ts';
import { readOptionValue } from './option-values.ts';
import { didYouMean, usageError } from './usage.ts';

export interface ReadOptions {
  /** Only what was given, by camel-cased name, checked by kind. */
  readonly values: OptionValues;
  readonly words: readonly string[];
}

/**
 * Splits tokens into option values and words. Throws `usage` failures. `program` is the command as people type it,
 * for the hints.
 */
export function readOptions(tokens: readonly string[], table: OptionTable, program: string): ReadOptions {
  const plain = plainTokens(tokens, table, program);
  const parser = new Command()
    .exitOverride()
    .helpOption(false)
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const option of table.all) parser.addOption(commanderOption(option));
  const { operands } = parser.parseOptions(plain);
  const values: Record<string, unknown> = {};
  for (const option of table.all) {
    if (parser.getOptionValueSource(option.key) === 'cli')
      values[option.key] = checked(option, parser.getOptionValue(option.key));
  }
  return { values, words: operands };
}

/** Refuses unknown options and missing values; gives optional values a form in which they swallow no word. */
function plainTokens(tokens: readonly string[], table: OptionTable, program: string): string[] {
  const plain: string[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    const next = tokens[index + 1];
    if (token === '--') return [...plain, ...tokens.slice(index)];
    if (!token.startsWith('-') || token === '-') {
      plain.push(token);
      continue;
    }
    const read = readOptionToken(token, next, table);
    if (read === null) throw unknownOption(token, table, program);
    if (!read.takesNext) {
      plain.push(read.option.value === 'optional' && !token.includes('=') ? `${token}=` : token);
      continue;
    }
    if (
      next === undefined ||
      next === '--' ||
      (next.startsWith('--') && readOptionToken(next, undefined, table) !== null)
    ) {
      throw usageError(`\`${read.option.long}\` needs a value`, [`see \`${program} --help\``]);
    }
    plain.push(...(read.option.value === 'optional' ? [`${token}=${next}`] : [token, next]));
    index++;
  }
  return plain;
}

function commanderOption(option: KnownOption): Option {
  const placeholder = option.value === 'none' ? '' : ' <value>';
  const made = new Option(`${option.short === null ? '' : `${option.short}, `}${option.long}${placeholder}`);
  if (!repeatable(option)) return made;
  return made.argParser((text: string, before: unknown) => [...(Array.isArray(before) ? before : []), text]);
}

function repeatable(option: KnownOption): boolean {
  return option.spec.kind === 'list' || option.spec.kind === 'pairs';
}

function checked(option: KnownOption, value: unknown): unknown {
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.flatMap(text => readOptionValue(option, String(text)));
  if (value === '' && option.value === 'optional') return true;
  return readOptionValue(option, String(value));
}

function unknownOption(token: string, table: OptionTable, program: string) {
  const equals = token.indexOf('=');
  const flag = token.startsWith('--') && equals > 0 ? token.slice(0, equals) : token;
  if (table.find(flag)?.value === 'none') return usageError(`\`${flag}\` takes no value`);
  const near = flag.startsWith('--')
    ? didYouMean(
        flag,
        table.all.map(option => option.long),
        word => word,
      )
    : [];
  return usageError(`\`${program}\` has no option \`${flag}\``, [...near, `see \`${program} --help\``]);
}
