import type { Style } from '../core/command.ts';
import { commandsUnder, type Place, summaryOf } from './catalogue.ts';
import { GROUPS } from './command-list.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { type CommandSpec, type OptionSpec, optionNames, type WordSpec } from './spec.ts';
import { TOPICS, type Topic } from './topics/topics.ts';

const PROGRAM = 'lecoder-cgpu';
const ABOUT = 'Run code on Google Colab, or on any Jupyter server, from a terminal, a CI job or an agent';
export const START: NonNullable<CommandSpec['examples']> = [
  { line: 'lecoder-cgpu run --runtime local -k "1 + 1"', what: 'Python, no account needed' },
  { line: 'lecoder-cgpu run nvidia-smi', what: 'a shell command on the active session' },
  { line: 'lecoder-cgpu logs --status error', what: 'what went wrong lately' },
];

type Row = readonly [left: string, right: string];

/** The help page of a place in the tree of commands, without a last newline. Reads data only. */
export function helpPage(place: Place, style: Style): string {
  const width = Math.min(style.width, 100);
  const sections = [place.path.length === 0 ? ABOUT : summaryOf(place.path)];
  if (place.spec?.description) sections.push(wrap(place.spec.description, width).join('\n'));
  sections.push(
    section(
      'Usage',
      usageLines(place).map(line => `  ${line}`),
      style,
    ),
  );
  const verbs = place.path.length === 0 ? topLevel() : verbRows(place.path);
  if (verbs.length > 0) sections.push(section('Commands', rows(verbs, width), style));
  if (place.spec?.options?.length)
    sections.push(section('Options', rows(place.spec.options.map(optionRow), width), style));
  sections.push(section('Options everywhere', rows(freeGlobals(place.spec).map(optionRow), width), style));
  const examples = place.path.length === 0 ? START : place.spec?.examples;
  if (examples?.length)
    sections.push(
      section(
        'Examples',
        examples.flatMap(each => [`  ${style.dim(`# ${each.what}`)}`, `  ${each.line}`]),
        style,
      ),
    );
  if (place.path.length === 0)
    sections.push(
      section('Help topics', rows(TOPICS.map(topicRow), width), style),
      `Help for a command: \`${PROGRAM} help <command>\`, or \`--help\` after it`,
    );
  return sections.join('\n\n');
}

function topicRow({ name, summary }: Topic): Row {
  return [`${PROGRAM} help ${name}`, summary];
}

export function usageLines(place: Place): string[] {
  const lines: string[] = [];
  if (place.spec !== null) {
    const words = (place.spec.words ?? []).map(wordUsage);
    lines.push([PROGRAM, ...place.path, '[options]', ...words].join(' '));
  }
  if (place.children.length > 0) lines.push([PROGRAM, ...place.path, '<command>', '[options]'].join(' '));
  return lines;
}

export function optionRow(option: OptionSpec): Row {
  const flags = optionNames(option).short === null ? `    ${option.flags}` : option.flags;
  const extras = [
    option.choices ? `one of ${option.choices.join(', ')}` : '',
    option.defaultText !== undefined
      ? `default ${option.defaultText}`
      : option.default !== undefined
        ? `default ${option.default}`
        : '',
  ].filter(text => text !== '');
  return [flags, extras.length === 0 ? option.help : `${option.help} (${extras.join('; ')})`];
}

function wordUsage(word: WordSpec): string {
  const name = word.variadic ? `${word.name}...` : word.name;
  return word.required ? `<${name}>` : `[${name}]`;
}

function topLevel(): Row[] {
  const seen = new Set<string>();
  return commandsUnder([]).flatMap((command): Row[] => {
    const name = command.path[0] ?? '';
    if (seen.has(name)) return [];
    seen.add(name);
    return [
      [
        name,
        GROUPS.some(group => group.path[0] === name) || command.path.length > 1 ? summaryOf([name]) : command.summary,
      ],
    ];
  });
}

function verbRows(path: readonly string[]): Row[] {
  return commandsUnder(path).map(command => [command.path.slice(path.length).join(' '), command.summary]);
}

/** The global options without the short forms that the command uses for itself. */
function freeGlobals(spec: CommandSpec | null): OptionSpec[] {
  const own = new Set((spec?.options ?? []).map(option => optionNames(option).short));
  return GLOBAL_OPTIONS.map(option =>
    own.has(optionNames(option).short) ? { ...option, flags: option.flags.replace(/^-\w, /, '') } : option,
  );
}

export function section(title: string, lines: readonly string[], style: Style): string {
  return [style.bold(`${title}:`), ...lines].join('\n');
}

function rows(all: readonly Row[], width: number): string[] {
  const left = Math.min(32, Math.max(...all.map(([text]) => text.length))) + 2;
  return all.flatMap(([name, help]) => {
    const lines = wrap(help, Math.max(30, width - left - 2));
    const [first = '', ...more] = lines;
    const fits = name.length + 2 <= left;
    const head = fits ? [`  ${name.padEnd(left)}${first}`] : [`  ${name}`, `  ${' '.repeat(left)}${first}`];
    return [...head.map(line => line.trimEnd()), ...more.map(line => `  ${' '.repeat(left)}${line}`)];
  });
}

export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
