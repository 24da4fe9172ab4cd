import { findPlace, type Place } from './catalogue.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { type OptionTable, optionTable, readOptionToken } from './option-table.ts';

const GLOBAL_TABLE = optionTable(GLOBAL_OPTIONS);

export interface FoundCommand {
  readonly place: Place;
  /** Options before the first word of the command: global ones only. */
  readonly before: readonly string[];
  readonly beforeTable: OptionTable;
  /** What follows, without the words that name the command. */
  readonly after: readonly string[];
  readonly table: OptionTable;
  /** The word where a command was expected and none was known. */
  readonly unknownWord: string | null;
}

/** Finds which command the tokens name. Options and their values may stand between a noun and its verb. */
export function findCommand(tokens: readonly string[]): FoundCommand {
  let place = findPlace([]) as Place;
  const first = nextWord(tokens, GLOBAL_TABLE);
  const before = tokens.slice(0, first).filter(token => token !== '--');
  let after = tokens.slice(first);
  for (let at = 0; place.children.length > 0; at = nextWord(after, tableOf(place))) {
    const next = findPlace([...place.path, after[at] ?? '--']);
    if (next === null) {
      const unknownWord = place.spec === null ? (after[at] ?? null) : null;
      return { place, before, beforeTable: GLOBAL_TABLE, after, table: tableOf(place), unknownWord };
    }
    place = next;
    after = [...after.slice(0, at), ...after.slice(at + 1)];
  }
  return { place, before, beforeTable: GLOBAL_TABLE, after, table: tableOf(place), unknownWord: null };
}

/** True when `-h` or `--help` stands among the options; nothing is loaded to find out. */
export function asksForHelp(tokens: readonly string[], table: OptionTable): boolean {
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    if (token === '--') return false;
    const read = readOptionToken(token, tokens[index + 1], table);
    if (read?.option.key === 'help') return true;
    if (read?.takesNext) index++;
  }
  return false;
}

/** Where the word `help` stands when it is the first one, global options before it not counted; else null. */
export function helpWordAt(tokens: readonly string[]): number | null {
  const first = nextWord(tokens, GLOBAL_TABLE);
  return tokens[first] === 'help' && tokens[first - 1] !== '--' ? first : null;
}

function tableOf(place: Place): OptionTable {
  return optionTable([...(place.spec?.options ?? []), ...GLOBAL_OPTIONS]);
}

/** Index of the first token that is neither an option nor an option's value; after `--` the next token counts. */
function nextWord(tokens: readonly string[], table: OptionTable): number {
  let index = 0;
  for (; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    if (token === '--') return index + 1;
    if (!token.startsWith('-') || token === '-') return index;
    if (readOptionToken(token, tokens[index + 1], table)?.takesNext) index++;
  }
  return tokens.length;
}
