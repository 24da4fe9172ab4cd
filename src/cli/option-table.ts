import { type OptionNames, type OptionSpec, optionNames } from './spec.ts';

export interface KnownOption extends OptionNames {
  readonly spec: OptionSpec;
}

/** The options that may stand in one place of the command line, found by either spelling. */
export interface OptionTable {
  readonly all: readonly KnownOption[];
  find(flag: string): KnownOption | undefined;
}

/** Earlier specs win: a command's own options come before the global ones and may take over a letter. */
export function optionTable(specs: readonly OptionSpec[]): OptionTable {
  const byFlag = new Map<string, KnownOption>();
  const all: KnownOption[] = [];
  for (const spec of specs) {
    const names = optionNames(spec);
    if (byFlag.has(names.long)) continue;
    const short = names.short !== null && !byFlag.has(names.short) ? names.short : null;
    const known = { ...names, short, spec };
    all.push(known);
    byFlag.set(known.long, known);
    if (short !== null) byFlag.set(short, known);
  }
  return { all, find: flag => byFlag.get(flag) };
}

/** What one token is: an option that also takes the next token or not, or null when it is none we know. */
export interface OptionToken {
  readonly option: KnownOption;
  /** True when its value is the following token. */
  readonly takesNext: boolean;
}

/** Reads `--name`, `--name=value`, `-x`, `-xvalue` and clusters like `-kq`. `next` decides about optional values. */
export function readOptionToken(token: string, next: string | undefined, table: OptionTable): OptionToken | null {
  if (token.startsWith('--')) return readLong(token, next, table);
  if (!token.startsWith('-') || token === '-') return null;
  return readCluster(token, next, table);
}

function readLong(token: string, next: string | undefined, table: OptionTable): OptionToken | null {
  const equals = token.indexOf('=');
  const option = table.find(equals < 0 ? token : token.slice(0, equals));
  if (option === undefined || (equals >= 0 && option.value === 'none')) return null;
  return { option, takesNext: equals < 0 && wantsNext(option, next) };
}

function readCluster(token: string, next: string | undefined, table: OptionTable): OptionToken | null {
  for (let index = 1; ; index++) {
    const option = table.find(`-${token[index]}`);
    if (option === undefined) return null;
    const last = index === token.length - 1;
    if (option.value !== 'none') return { option, takesNext: last && wantsNext(option, next) };
    if (last) return { option, takesNext: false };
  }
}

function wantsNext(option: KnownOption, next: string | undefined): boolean {
  if (option.value === 'required') return true;
  return option.value === 'optional' && next !== undefined && (option.spec.valueLike?.test(next) ?? false);
}
