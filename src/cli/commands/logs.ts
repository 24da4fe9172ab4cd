import { CATEGORIES } from '../../core/failure.ts';
import type { CommandSpec, OptionSpec } from '../spec.ts';

const FILTERS: readonly OptionSpec[] = [
  {
    flags: '--since <time>',
    kind: 'text',
    help: 'from then on: a date and time (ISO 8601), or an age such as 30m, 1h or 2d',
  },
  {
    flags: '--status <status>',
    kind: 'choice',
    choices: ['success', 'ok', 'error', 'abort'],
    help: 'only runs that ended so',
  },
  { flags: '--category <category>', kind: 'choice', choices: CATEGORIES, help: 'only failures of this kind' },
  { flags: '--mode <mode>', kind: 'choice', choices: ['kernel', 'terminal'], help: 'only Python or only shell' },
];

export const LOGS: readonly CommandSpec[] = [
  {
    path: ['logs'],
    summary: 'List past runs, newest first',
    aliases: [['history']],
    options: [
      { flags: '-n, --limit <count>', kind: 'whole', default: 50, help: 'so many at most' },
      ...FILTERS,
      { flags: '--stats', kind: 'flag', help: 'the same as `logs stats`' },
      { flags: '--clear', kind: 'flag', help: 'the same as `logs clear --confirm`' },
    ],
    exclusive: [['stats', 'clear']],
    examples: [
      { line: 'lecoder-cgpu logs -n 10 --json', what: 'the last ten' },
      { line: 'lecoder-cgpu logs --status error --since 1d', what: 'what failed since yesterday' },
    ],
    load: async () => (await import('../../commands/logs/list.ts')).command,
  },
  {
    path: ['logs', 'stats'],
    summary: 'Count past runs by how they ended',
    aliases: [['history', 'stats']],
    options: FILTERS,
    load: async () => (await import('../../commands/logs/stats.ts')).command,
  },
  {
    path: ['logs', 'export'],
    summary: 'Write past runs as a notebook, a page or a script, oldest first',
    description:
      'The ending of the file says which: .ipynb, .md or .py. `--session` takes only runs of that session. What failed ' +
      'stands in a script as a comment.',
    aliases: [['history', 'export']],
    options: [
      { flags: '--notebook <file>', kind: 'text', help: 'where to: a name that ends in .ipynb, .md or .py' },
      { flags: '-n, --limit <count>', kind: 'whole', defaultText: 'all', help: 'only the newest so many' },
      ...FILTERS,
      { flags: '-f, --force', kind: 'flag', help: 'replace the file when it is there' },
    ],
    examples: [
      {
        line: 'lecoder-cgpu logs export --notebook today.ipynb --since 1d',
        what: 'a notebook, with all that was printed',
      },
      { line: 'lecoder-cgpu logs export -s training --notebook redo.py', what: 'a script that does the same again' },
    ],
    load: async () => (await import('../../commands/logs/export.ts')).command,
  },
  {
    path: ['logs', 'clear'],
    summary: 'Forget all past runs',
    aliases: [['history', 'clear']],
    options: [{ flags: '--confirm', kind: 'flag', help: 'do not ask' }],
    load: async () => (await import('../../commands/logs/clear.ts')).command,
  },
];
