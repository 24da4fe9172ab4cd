import { type Invocation, jsonWanted } from './command-line.ts';
import { findCommand, helpWordAt } from './find-command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { optionTable } from './option-table.ts';
import { readOptions } from './read-options.ts';
import { TOPICS } from './topics/topics.ts';
import { didYouMean, usageError } from './usage.ts';

const HELP = 'lecoder-cgpu help';

/** Reads `help`, `help <command>` and `help <topic>`. Throws `usage` failures. */
export function readHelpLine(argv: readonly string[]): Invocation {
  const at = helpWordAt(argv) ?? 0;
  const tokens = [...argv.slice(0, at), ...argv.slice(at + 1)];
  const { words: all } = readOptions(tokens, optionTable(GLOBAL_OPTIONS), HELP);
  const words = all[0] === 'help' ? all.slice(1) : all;
  const shape = { json: jsonWanted(argv) !== null, color: argv.includes('--no-color') ? false : null };
  const [first, second] = words;
  const topic = TOPICS.find(({ name }) => name === first);
  if (topic !== undefined && second === undefined) return { kind: 'topic', topic, ...shape };
  const { place, after } = findCommand(words);
  const excess = after[0];
  if (excess === undefined) return { kind: 'help', place, ...shape };
  const known = place.path.length > 0 ? place.children : [...place.children, ...TOPICS.map(({ name }) => name)];
  const hints = didYouMean(excess, known, word => [HELP, ...place.path, word].join(' '));
  const name = [...place.path, excess].join(' ');
  throw usageError(`there is no help for \`${name}\``, [...hints, `see \`${[HELP, ...place.path].join(' ')}\``]);
}
