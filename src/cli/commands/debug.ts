import type { CommandSpec, GroupSpec, OptionSpec } from '../spec.ts';

export const DEBUG_GROUP: GroupSpec = { path: ['debug'], summary: 'Read the debug log' };

const COUNT = {
  flags: '-n, --limit <count>',
  kind: 'whole',
  help: 'so many entries at most',
} as const satisfies OptionSpec;
const LEVEL: OptionSpec = {
  flags: '-l, --level <level>',
  kind: 'choice',
  choices: ['error', 'warn', 'info', 'debug'],
  help: 'entries at least this grave',
};
const CATEGORY: OptionSpec = {
  flags: '-c, --category <category>',
  kind: 'choice',
  choices: ['cli', 'api', 'session', 'runtime', 'kernel', 'shell'],
  help: 'entries of one part',
};
const SEARCH: OptionSpec = { flags: '-s, --search <text>', kind: 'text', help: 'entries that hold this text' };

export const DEBUG: readonly CommandSpec[] = [
  {
    path: ['debug', 'tail'],
    summary: 'Show the newest entries of the debug log',
    options: [
      { ...COUNT, default: 20 },
      { flags: '-f, --follow', kind: 'flag', help: 'wait for new entries until Ctrl-C' },
      LEVEL,
      CATEGORY,
      SEARCH,
    ],
    load: async () => (await import('../../commands/debug/tail.ts')).command,
  },
  {
    path: ['debug', 'show'],
    summary: 'Search the debug log',
    options: [{ ...COUNT, default: 50 }, { ...LEVEL, default: 'info' }, CATEGORY, SEARCH],
    examples: [{ line: 'lecoder-cgpu debug show -l error', what: 'only errors' }],
    load: async () => (await import('../../commands/debug/show.ts')).command,
  },
  {
    path: ['debug', 'list'],
    summary: 'List the files of the debug log',
    load: async () => (await import('../../commands/debug/list.ts')).command,
  },
  {
    path: ['debug', 'path'],
    summary: 'Print the folder of the debug log',
    load: async () => (await import('../../commands/debug/path.ts')).command,
  },
];
