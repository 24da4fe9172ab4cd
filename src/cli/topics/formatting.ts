import { VARIABLES } from '../../core/environment.ts';
import { COMMANDS } from '../command-list.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { OPTION_KINDS } from '../option-kinds.ts';
import { optionNames } from '../spec.ts';
import { variableRow } from './environment.ts';
import type { TopicPage } from './page.ts';

const SHAPES = new Set(['--json', '--json-lines', '--no-color', '--verbose']);
const COLOURS = new Set(['NO_COLOR', 'FORCE_COLOR', 'TERM']);

/** How the output is shaped, and how values are written on the command line. */
export function formattingPage(): TopicPage {
  const options = GLOBAL_OPTIONS.filter(option => SHAPES.has(optionNames(option).long));
  const piped = COMMANDS.flatMap(({ examples }) => examples ?? []).filter(({ line }) => line.includes('| jq'));
  return {
    title: 'Formatting',
    intro:
      'What was asked for goes to stdout, all else to stderr. Lists are tables on a terminal; in a pipe each row is one line, its cells between tabs, without titles.',
    parts: [
      {
        title: 'Options',
        head: ['Option', 'Meaning'],
        rows: options.map(({ flags, help }) => [`\`${flags}\``, help]),
      },
      {
        title: 'Colour',
        head: ['Variable', 'Meaning', 'Example'],
        rows: VARIABLES.filter(({ name }) => COLOURS.has(name)).map(variableRow),
      },
      {
        title: 'Values',
        head: ['Kind', 'Written as'],
        rows: Object.entries(OPTION_KINDS).flatMap(([kind, written]) => (written === null ? [] : [[kind, written]])),
      },
      {
        title: 'With jq',
        head: ['Command', 'Gives'],
        rows: piped.map(({ line, what }) => [`\`${line}\``, what]),
      },
    ],
  };
}
