// man/*.1: a manual page for the program and one for each command, in the macros of man(7).
const PROGRAM = 'lecoder-cgpu';
const MANUAL = 'lecoder-cgpu manual';

/** Every page's text by file name. */
export async function manPages(data) {
  const commands = data.COMMANDS.map(command => [`${manName(command.path)}.1`, commandPage(command, data)]);
  return new Map([[`${PROGRAM}.1`, await mainPage(data)], ...commands]);
}

const manName = path => [PROGRAM, ...path].join('-');

async function mainPage(data) {
  const topic = async name => data.TOPICS.find(each => each.name === name).page();
  const [exits, environment] = [await topic('exit-codes'), await topic('environment')];
  const terms = rows => rows.map(([name, ...rest]) => term(bare(name), rest.filter(Boolean).join('; '))).join('\n');
  return page(PROGRAM, 'run code on Google Colab, or on any Jupyter server', [
    ['SYNOPSIS', `.B ${PROGRAM}\n${escaped('<command> [options]')}`],
    [
      'DESCRIPTION',
      prose(
        'Sends shell commands and Python code to a runtime, streams what they print, and ends with their exit code or one JSON object.',
      ),
    ],
    [
      'COMMANDS',
      data.COMMANDS.map(({ path, summary }) => term(path.join(' '), `${summary}. See \`${manName(path)}\`(1).`)).join(
        '\n',
      ),
    ],
    ['OPTIONS', options(data.GLOBAL_OPTIONS, data)],
    ['HELP TOPICS', data.TOPICS.map(({ name, summary }) => term(`${PROGRAM} help ${name}`, summary)).join('\n')],
    [
      'EXIT STATUS',
      `${terms(exits.parts[0].rows.map(([exit, meaning]) => [exit, meaning]))}\n.PP\n${prose(exits.intro)}`,
    ],
    ['ENVIRONMENT', `${prose(environment.intro)}\n${terms(environment.parts[0].rows)}`],
    ['SEE ALSO', seeAlso(data.COMMANDS.map(({ path }) => manName(path)))],
  ]);
}

function commandPage(command, data) {
  const { path, summary, description, words = [], aliases = [] } = command;
  const usage = data.usageLines({ ...data.findPlace(path), children: [] }).map(line => `.B ${escaped(line)}`);
  const also = aliases.map(alias => `\\fB${escaped([PROGRAM, ...alias].join(' '))}\\fP`).join(', ');
  const parts = [
    ['SYNOPSIS', usage.join('\n.br\n')],
    [
      'DESCRIPTION',
      [
        prose(`${summary}.`),
        ...(description ? ['.PP', prose(description)] : []),
        ...(also ? ['.PP', `Also: ${also}`] : []),
      ].join('\n'),
    ],
  ];
  if (words.length > 0) parts.push(['WORDS', words.map(word => term(word.name, word.help)).join('\n')]);
  if (command.options?.length) parts.push(['OPTIONS', options(command.options, data)]);
  parts.push([
    'OPTIONS OF EVERY COMMAND',
    prose(`${data.GLOBAL_OPTIONS.map(option => data.optionNames(option).long).join(', ')}; see \`${PROGRAM}\`(1).`),
  ]);
  if (command.examples?.length) parts.push(['EXAMPLES', command.examples.map(example).join('\n.PP\n')]);
  const siblings = data.COMMANDS.filter(each => each.path[0] === path[0] && each !== command);
  parts.push(['SEE ALSO', seeAlso([PROGRAM, ...siblings.map(each => manName(each.path))])]);
  return page(manName(path), summary, parts);
}

function page(name, what, parts) {
  const head = [
    '.\\" Written by `node scripts/reference.mjs` from the command list.',
    `.TH ${escaped(name.toUpperCase())} 1 "" "${PROGRAM}" "${MANUAL}"`,
  ];
  const sections = [['NAME', `${escaped(name)} \\- ${escaped(what)}`], ...parts];
  return `${[...head, ...sections.map(([title, text]) => `.SH ${title}\n${text}`)].join('\n')}\n`;
}

function options(all, { optionRow }) {
  return all.map(option => term(option.flags, optionRow(option)[1])).join('\n');
}

function example({ line, what }) {
  return `${prose(`${what}:`)}\n.PP\n.RS 4\n.EX\n${escaped(line)}\n.EE\n.RE`;
}

function seeAlso(names) {
  return names.map(name => `.BR ${escaped(name)} (1)`).join(' ,\n');
}

function term(name, text) {
  return `.TP\n.B ${escaped(name)}\n${prose(text)}`;
}

const bare = text => text.replaceAll('`', '');

/** Prose: marks escaped, code between backticks in bold, a line end before the 80th character. */
function prose(text) {
  const lines = [];
  let line = '';
  for (const word of escaped(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > 78) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map(each => each.replace(/^(['.])/, '\\&$1')).join('\n');
}

/** Text as roff takes it on one line. */
function escaped(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/`([^`]+)`/g, '\\fB$1\\fP')
    .replace(/^(['.])/, '\\&$1')
    .replaceAll('…', '\\[u2026]')
    .replaceAll('·', '\\(bu')
    .replaceAll('–', '\\(en')
    .replaceAll("'", '\\(aq');
}
