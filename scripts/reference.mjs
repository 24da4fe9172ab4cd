// Writes docs/reference/*.md from the data the program itself runs on: commands, failures, variables, schemas. With
// `--check` it writes nothing and fails, naming the pages, when they are not up to date.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { FILES } from './reference-files.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, 'docs', 'reference');
const NOTE = '<!-- Written by `node scripts/reference.mjs`. Change the source it names, not this page. -->';

const SOURCE = `
export { COMMANDS, GROUPS } from './src/cli/command-list.ts';
export { findPlace, commandsUnder, summaryOf } from './src/cli/catalogue.ts';
export { usageLines, optionRow } from './src/cli/help.ts';
export { GLOBAL_OPTIONS } from './src/cli/global-options.ts';
export { optionNames } from './src/cli/spec.ts';
export { FAILURES } from './src/core/failure.ts';
export { VARIABLES } from './src/core/environment.ts';
export { jsonSchema, SCHEMA_NAMES } from './src/core/contract/json-schema.ts';
`;

/** Every page's text by file name. */
export async function pages() {
  const data = await loadData();
  return new Map([
    ['commands.md', commandsPage(data)],
    ['exit-codes.md', exitCodesPage(data)],
    ['errors.md', errorsPage(data)],
    ['environment.md', environmentPage(data)],
    ['files.md', filesPage()],
    ['json.md', jsonPage(data)],
  ]);
}

async function loadData() {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-reference-'));
  try {
    const outfile = join(folder, 'data.mjs');
    // A command's module is named in the data and loaded when it runs; here none runs.
    const leaveCommands = {
      name: 'leave-commands',
      setup: builder =>
        builder.onResolve({ filter: /\/commands\/[^.]+\.ts$/ }, ({ path, kind }) =>
          kind === 'dynamic-import' ? { path, external: true } : undefined,
        ),
    };
    await esbuild.build({
      stdin: { contents: SOURCE, resolveDir: ROOT },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      outfile,
      plugins: [leaveCommands],
      logLevel: 'error',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function page(title, intro, parts) {
  return `# ${title}\n\n${NOTE}\n\n${[intro, ...parts].join('\n\n')}\n`;
}

function table(head, rows) {
  const line = cells => `| ${cells.map(cell => String(cell ?? '').replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
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
  parts.push(`\`\`\`\n${usage.join('\n')}\n\`\`\``);
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

function exitCodesPage({ FAILURES }) {
  const meanings = {
    0: 'success',
    1: 'general error',
    2: 'invalid arguments',
    3: 'authentication required',
    4: 'connection failed',
    5: 'execution failed: the remote code or command did',
    6: 'timeout',
    130: 'interrupted; a second Ctrl-C leaves at once',
  };
  const rows = Object.entries(meanings).map(([exit, meaning]) => {
    const codes = [
      ...new Set(
        Object.values(FAILURES)
          .filter(failure => failure.exit === Number(exit))
          .map(({ code }) => code),
      ),
    ];
    return [exit, meaning, codes.sort((a, b) => a - b).join(', ')];
  });
  return page(
    'Exit codes',
    'The remote status itself is `exitCode` in JSON. `run --propagate-exit-code`, or `propagateExitCode` in `config.json`, makes it the exit code of the process, as ssh does.',
    [table(['Exit code', 'Meaning', 'Error codes'], rows)],
  );
}

function errorsPage({ FAILURES }) {
  const rows = Object.values(FAILURES).map(failure => [
    failure.code,
    failure.title,
    failure.errorCode,
    failure.category,
    failure.exit,
    failure.retryable ? 'yes' : 'no',
    failure.recovery,
  ]);
  return page(
    'Errors',
    '`error.code` in JSON names the cause; `errorCode` beside it is from the small set 0, 1001–1006, 1999. `retryable` says whether the same call may succeed later; where the cause at hand is known better than by its kind, the object says so.',
    [table(['`error.code`', 'Name', '`errorCode`', '`category`', 'Exit', 'Retry', 'What to do'], rows)],
  );
}

function environmentPage({ VARIABLES }) {
  const rows = VARIABLES.map(({ name, aliases, help, example }) => [
    [name, ...(aliases ?? [])].map(each => `\`${each}\``).join(' · '),
    help,
    example ? `\`${example}\`` : '',
  ]);
  return page(
    'Environment variables',
    'An option on the command line wins over a variable, a variable over `config.json`. An empty variable counts as not set.',
    [table(['Variable', 'Meaning', 'Example'], rows)],
  );
}

function filesPage() {
  const sections = FILES.map(({ title, intro, rows, head }) => `## ${title}\n\n${intro}\n\n${table(head, rows)}`);
  return page(
    'Files',
    'Folders are made 0700 and files 0600. Files are written as a whole or not at all, under a lock that survives a crash. A file that cannot be read is moved aside with a warning, never overwritten in silence.',
    sections,
  );
}

function jsonPage({ jsonSchema, SCHEMA_NAMES }) {
  const intro =
    'With `--json` a command prints exactly one object and a line end on stdout, in every outcome: its own object, or the [`error`](#error) object. `--json-lines` prints [events](#event) first, one a line, and ends with that same object, which has no `type`. Fields are only ever added. `lecoder-cgpu schema [command]` prints these schemas.';
  const head = Object.keys(jsonSchema('error').properties).filter(name => name !== 'error');
  const usual = jsonSchema('logs stats');
  const envelope = `## Every object\n\n${fields({ properties: pick(usual.properties, head), required: usual.required })}`;
  const sections = SCHEMA_NAMES.map(
    name => `## ${name}\n\n${objectText(jsonSchema(name), name === 'event' ? [] : head)}`,
  );
  return page('JSON', intro, [envelope, ...sections]);
}

function objectText(schema, head) {
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
  return fields({ properties: own, required: schema.required });
}

const pick = (all, names) => Object.fromEntries(names.map(name => [name, all[name]]));

/** Rows for the fields and, with a path, for the fields below them. */
function fields(schema) {
  return table(['Field', 'Type'], fieldRows(schema, ''));
}

function fieldRows({ properties, required = [] }, path) {
  return Object.entries(properties).flatMap(([name, each]) => {
    const here = `${path}${name}`;
    const inner = innerObject(each);
    const below = inner ? fieldRows(inner.schema, `${here}${inner.suffix}.`) : [];
    return [[`\`${here}\`${required.includes(name) ? '' : ' (may be absent)'}`, typeText(each)], ...below];
  });
}

function innerObject(schema) {
  const solid = schema.anyOf?.find(each => each.type !== 'null') ?? schema;
  if (solid.properties) return { schema: solid, suffix: '' };
  if (solid.items) {
    const inner = innerObject(solid.items);
    return inner && { schema: inner.schema, suffix: `[]${inner.suffix}` };
  }
  return null;
}

function typeText(schema) {
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(', ');
  if (schema.type === 'array') return `array of ${typeText(schema.items)}`;
  if (schema.type === 'string' && schema.format === 'date-time') return 'ISO 8601 time';
  return [schema.type ?? 'anything'].flat().join(' or ');
}

async function main() {
  const wanted = await pages();
  if (!process.argv.includes('--check')) {
    await mkdir(FOLDER, { recursive: true });
    for (const [name, text] of wanted) await writeFile(join(FOLDER, name), text);
    return;
  }
  const present = await readdir(FOLDER).catch(() => []);
  const stale = [];
  for (const [name, text] of wanted)
    if ((await readFile(join(FOLDER, name), 'utf8').catch(() => null)) !== text) stale.push(name);
  for (const name of present) if (!wanted.has(name)) stale.push(`${name} (no longer written)`);
  if (stale.length === 0) return;
  console.error(`not up to date in docs/reference: ${stale.join(', ')}\nrun \`node scripts/reference.mjs\``);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
