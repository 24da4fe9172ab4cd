import type { GlobalFlags } from '../core/settings.ts';
import type { Place } from './catalogue.ts';
import { asksForHelp, type FoundCommand, findCommand, helpWordAt } from './find-command.ts';
import { globalFlags, type OptionValues } from './global-options.ts';
import { splitRunWords } from './run-words.ts';
import type { CommandSpec } from './spec.ts';
import { TOPICS, type Topic } from './topics/topics.ts';
import { didYouMean, usageError } from './usage.ts';

const PROGRAM = 'lecoder-cgpu';

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: 'version'; readonly json: boolean }
  | {
      readonly kind: 'help';
      readonly place: Place;
      readonly json: boolean;
      readonly color: boolean | null;
    }
  | {
      readonly kind: 'topic';
      readonly topic: Topic;
      readonly json: boolean;
      readonly color: boolean | null;
    }
  /** A noun without a verb. */
  | { readonly kind: 'incomplete'; readonly place: Place; readonly color: boolean | null }
  | { readonly kind: 'command'; readonly spec: CommandSpec; readonly flags: GlobalFlags; readonly input: OptionValues };

/** True when the answer has to be JSON, even when the command line cannot be understood otherwise. */
export function jsonWanted(argv: readonly string[]): 'json' | 'json-lines' | null {
  const end = argv.indexOf('--');
  const ours = end < 0 ? argv : argv.slice(0, end);
  if (ours.includes('--json-lines')) return 'json-lines';
  return ours.includes('--json') ? 'json' : null;
}

/** Reads a command line without running anything. Throws `usage` failures. */
export async function readCommandLine(argv: readonly string[]): Promise<Invocation> {
  if (helpWordAt(argv) !== null) return (await import('./help-line.ts')).readHelpLine(argv);
  const found = findCommand(argv);
  if (found.unknownWord !== null) {
    const { readOptions } = await import('./read-options.ts');
    readOptions(found.before, found.beforeTable, PROGRAM);
    throw unknownCommand(found.place, found.unknownWord);
  }
  const json = jsonWanted(argv) !== null;
  const color = argv.includes('--no-color') ? false : null;
  const split = found.place.spec?.remoteWords ? splitRunWords(found.after, found.table) : null;
  const ours = split?.ours ?? found.after;
  if (asksForHelp(found.before, found.beforeTable) || asksForHelp(ours, found.table)) {
    return { kind: 'help', place: found.place, json, color };
  }
  const { readOptions } = await import('./read-options.ts');
  const before = readOptions(found.before, found.beforeTable, PROGRAM).values;
  const { values, words } = readOptions(ours, found.table, [PROGRAM, ...found.place.path].join(' '));
  const all: OptionValues = { ...before, ...values };
  if (all.version === true || (found.place.path.length === 0 && all.verbose === true)) {
    return { kind: 'version', json };
  }
  const { spec } = found.place;
  if (spec === null)
    return found.place.path.length === 0
      ? { kind: 'help', place: found.place, json, color }
      : { kind: 'incomplete', place: found.place, color };
  return {
    kind: 'command',
    spec,
    flags: globalFlags(all),
    input: await commandInput(found, spec, values, split?.words ?? words),
  };
}

async function commandInput(
  found: FoundCommand,
  spec: CommandSpec,
  values: OptionValues,
  words: readonly string[],
): Promise<OptionValues> {
  const { completeInput } = await import('./command-input.ts');
  return completeInput(found, spec, { values, words });
}

function unknownCommand(place: Place, word: string) {
  const name = [PROGRAM, ...place.path].join(' ');
  const topics = place.path.length === 0 ? TOPICS.map(topic => topic.name) : [];
  const hints = didYouMean(word, [...place.children, ...(topics.length === 0 ? [] : ['help']), ...topics], found =>
    topics.includes(found) ? `${name} help ${found}` : `${name} ${found}`,
  );
  if (word.startsWith('-')) return usageError(`\`${name}\` has no option \`${word}\``, [`see \`${name} --help\``]);
  return usageError(`\`${name}\` has no command \`${word}\``, [...hints, `see \`${name} --help\``]);
}
