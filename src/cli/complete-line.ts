import { findPlace, type Place } from './catalogue.ts';
import { findCommand, helpWordAt } from './find-command.ts';
import { type KnownOption, type OptionTable, readOptionToken } from './option-table.ts';

/** A command line up to the cursor, as far as it can be understood. */
export interface CompletionLine {
  readonly current: string;
  readonly place: Place;
  readonly table: OptionTable;
  /** The option whose value is being typed. */
  readonly pending: KnownOption | null;
  /** Keys of the options that stand there. */
  readonly given: ReadonlySet<string>;
  /** Keys of those that these exclude. */
  readonly excluded: ReadonlySet<string>;
  /** The words after the command, without the one at the cursor. */
  readonly words: readonly string[];
  /** After `--`, or among the words of a remote command: what begins with `-` is no option of ours. */
  readonly ended: boolean;
  /** After the word `help`. */
  readonly help: boolean;
  /** A word where a command was expected is none. */
  readonly unknown: boolean;
  /** What says which files are meant. */
  readonly places: { readonly config: string | null; readonly profile: string | null };
}

interface Walk {
  readonly pending: KnownOption | null;
  readonly values: ReadonlyMap<string, string | null>;
  readonly words: readonly string[];
  readonly ended: boolean;
}

/** Reads what stands before the cursor. Never fails: a line that is being typed is seldom whole. */
export function readCompletionLine(before: readonly string[], current: string): CompletionLine {
  const at = helpWordAt(before);
  const tokens = at === null ? before : [...before.slice(0, at), ...before.slice(at + 1)];
  const found = findCommand(tokens);
  const remote = found.place.spec?.remoteWords === true;
  const walked = walk([...found.before, ...found.after], found.table, remote);
  const given = new Set(walked.values.keys());
  const exclusive = (found.place.spec?.exclusive ?? []).filter(keys => keys.some(key => given.has(key)));
  const rootWord = found.place.path.length === 0 && walked.words.length > 0;
  return {
    current,
    place: found.place,
    table: found.table,
    pending: walked.pending,
    given,
    excluded: new Set(exclusive.flat()),
    words: walked.words,
    ended: walked.ended || (remote && walked.words.length > 0 && !current.startsWith('--')),
    help: at !== null,
    unknown: rootWord || (found.place.spec === null && walked.words.length > 0) || findPlace(found.place.path) === null,
    places: { config: walked.values.get('config') ?? null, profile: walked.values.get('profile') ?? null },
  };
}

function walk(tokens: readonly string[], table: OptionTable, remote: boolean): Walk {
  const values = new Map<string, string | null>();
  const words: string[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    if (token === '--') return { pending: null, values, words: [...words, ...tokens.slice(index + 1)], ended: true };
    const ours = token.startsWith('-') && (!remote || words.length === 0 || token.startsWith('--'));
    const read = ours ? readOptionToken(token, tokens[index + 1], table) : null;
    if (read === null) {
      words.push(token);
      continue;
    }
    const last = index === tokens.length - 1;
    if (read.takesNext && last) return { pending: read.option, values, words, ended: false };
    const equals = token.startsWith('--') ? token.indexOf('=') : -1;
    const value = read.takesNext ? (tokens[++index] ?? null) : equals < 0 ? null : token.slice(equals + 1);
    values.set(read.option.key, value);
  }
  return { pending: null, values, words, ended: false };
}
