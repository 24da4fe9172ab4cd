import type { CommandSpec, GroupSpec, WordSpec } from '../spec.ts';

export const CONFIG_GROUP: GroupSpec = { path: ['config'], summary: 'Show and change settings' };

const KEY: WordSpec = { name: 'key', help: 'a setting; `config list` shows them all', required: true };

/** They show and mend what stops other commands. */
const LENIENT = { badSettings: true } as const;

export const CONFIG: readonly CommandSpec[] = [
  {
    path: ['config', 'list'],
    summary: 'List settings, their values and where these come from',
    description:
      'An option wins over an environment variable, a variable over `config.json`, which wins over the default. Secrets are not shown, only whether they are there.',
    lenient: LENIENT,
    examples: [{ line: 'lecoder-cgpu config list', what: 'all of them' }],
    load: async () => (await import('../../commands/config/list.ts')).command,
  },
  {
    path: ['config', 'get'],
    summary: 'Print the value of a setting that holds now',
    words: [KEY],
    lenient: LENIENT,
    examples: [{ line: 'lecoder-cgpu config get defaultTimeout', what: 'the bare value, for scripts' }],
    load: async () => (await import('../../commands/config/get.ts')).command,
  },
  {
    path: ['config', 'set'],
    summary: 'Write a setting to `config.json`',
    description:
      'Other keys of the file stay as they are. Without a value it is asked for, on a terminal; a secret that stands on the command line can be seen by other users of this machine.',
    words: [KEY, { name: 'value', help: 'what it is to be; `-` reads stdin' }],
    lenient: { ...LENIENT, newProfile: true },
    examples: [
      { line: 'lecoder-cgpu config set defaultTimeout 600', what: 'runs may take ten minutes' },
      { line: 'lecoder-cgpu config set clientSecret -', what: 'from stdin, so that nobody sees it' },
    ],
    load: async () => (await import('../../commands/config/set.ts')).command,
  },
  {
    path: ['config', 'unset'],
    summary: 'Take a setting out of `config.json`',
    words: [KEY],
    lenient: LENIENT,
    load: async () => (await import('../../commands/config/unset.ts')).command,
  },
  {
    path: ['config', 'path'],
    summary: 'Print the path of `config.json`',
    description: 'With `--json` also the paths of all else that is kept.',
    lenient: LENIENT,
    load: async () => (await import('../../commands/config/path.ts')).command,
  },
];
