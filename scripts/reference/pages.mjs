// docs/reference/*.md: commands, exit codes, errors, variables, files, JSON.
import { FILES, settingsSection } from '../reference-files.mjs';

const NOTE = '<!-- Written by `node scripts/reference.mjs`. Change the source it names, not this page. -->';

/** Every page's text by file name. */
export async function pages(data) {
  const topic = async name => topicPage(await data.TOPICS.find(each => each.name === name).page());
  return new Map([
    ['commands.md', commandsPage(data)],
    ['exit-codes.md', await topic('exit-codes')],
    ['errors.md', await topic('errors')],
    ['environment.md', await topic('environment')],
    ['files.md', filesPage(data)],
    ['json.md', jsonPage(data)],
  ]);
}

function page(title, intro, parts) {
  return `# ${title}\n\n${NOTE}\n\n${[intro, ...parts].join('\n\n')}\n`;
}

function table(head, rows) {
  const line = cells => `| ${cells.map(cell => cellText(String(cell ?? ''))).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A `<name>` outside backticks would be taken for HTML, and vanish. */
function cellText(text) {
  return text.replace(/`[^`]*`|</g, part => (part === '<' ? '\\<' : part)).replaceAll('|', '\\|');
}

/** The same page as `help <topic>` prints. */
function topicPage({ title, intro, parts }) {
  return page(
    title,
    intro,
    parts.map(part => table(part.head, part.rows)),
  );
}

function commandsPage(data) {
  const { COMMANDS, GLOBAL_OPTIONS, findPlace } = data;
  const sections = COMMANDS.map(command => commandSection(command, findPlace(command.path), data));
  const list = COMMANDS.map(({ path, summary }) => `- [\`${path.join(' ')}\`](#${path.join('-')}): ${summary}`).join(
    '\n',
  );
  const everywhere = `## Options everywhere\n\nThey stand before or after the command. After it, a letter that the command uses itself means what the command says.\n\n${optionsTable(GLOBAL_OPTIONS, data)}`;
  return page(
    'Commands',
    'What `lecoder-cgpu --help` says, on one page. Durations are seconds, or a number with ms, s, m, h or d; sizes are bytes, or a number with k, M or G.',
    [list, everywhere, ...sections],
  );
}

function commandSection(command, place, data) {
  const parts = [`## ${command.path.join(' ')}`, `${command.summary}.`];
  if (command.description) parts.push(command.description);
  if (command.aliases)
    parts.push(`Also: ${command.aliases.map(alias => `\`lecoder-cgpu ${alias.join(' ')}\``).join(', ')}.`);
  const usage = data.usageLines({ ...place, children: [] });
  parts.push(`\`\`\`text\n${usage.join('\n')}\n\`\`\``);
  if (command.words?.length)
    parts.push(
      table(
        ['Word', 'Meaning'],
        command.words.map(word => [`\`${word.name}\``, word.help]),
      ),
    );
  if (command.options?.length) parts.push(optionsTable(command.options, data));
  if (command.examples?.length)
    parts.push(`\`\`\`sh\n${command.examples.map(({ line, what }) => `${line}  # ${what}`).join('\n')}\n\`\`\``);
  return parts.join('\n\n');
}

function optionsTable(options, { optionRow }) {
  return table(
    ['Option', 'Meaning'],
    options.map(option => [`\`${option.flags}\``, optionRow(option)[1]]),
  );
}

function filesPage({ SETTINGS }) {
  const sections = [...FILES, settingsSection(SETTINGS)].map(
    ({ title, intro, rows, head }) => `## ${title}\n\n${intro}\n\n${table(head, rows)}`,
  );
  return page(
    'Files',
    'Folders are made 0700 and files 0600. Files are written as a whole or not at all, under a lock that survives a crash. A file that cannot be read is moved aside with a warning, never overwritten in silence.',
    sections,
  );
}

function jsonPage({ jsonSchema, SCHEMA_NAMES, fieldRows, pick, typeText }) {
  const intro =
    'With `--json` a command prints exactly one object and a line end on stdout, in every outcome: its own object, or the [`error`](#error) object. `--json-lines` prints [events](#event) first, one a line, and ends with that same object, which has no `type`. Fields are only ever added. `lecoder-cgpu schema [command]` prints these schemas.';
  const head = Object.keys(jsonSchema('error').properties).filter(name => name !== 'error');
  const usual = jsonSchema('logs stats');
  const envelope = `## Every object\n\n${table(['Field', 'Type'], fieldRows(pick(usual, head)))}`;
  const sections = SCHEMA_NAMES.map(
    name => `## ${name}\n\n${objectText(jsonSchema(name), name === 'event' ? [] : head, { fieldRows, typeText })}`,
  );
  return page('JSON', intro, [envelope, ...sections]);
}

function objectText(schema, head, { fieldRows, typeText }) {
  const kinds = schema.anyOf ?? schema.oneOf;
  if (kinds)
    return table(
      ['`type`', 'Fields'],
      kinds.map(({ properties, required = [] }) => [
        `\`${properties.type.const}\``,
        Object.entries(properties)
          .filter(([name]) => name !== 'type')
          .map(([name, each]) => `\`${name}\`${required.includes(name) ? '' : '?'} ${typeText(each)}`)
          .join(', '),
      ]),
    );
  const own = Object.fromEntries(Object.entries(schema.properties).filter(([name]) => !head.includes(name)));
  return table(['Field', 'Type'], fieldRows({ properties: own, required: schema.required }));
}
