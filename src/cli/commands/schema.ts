import type { CommandSpec } from '../spec.ts';

export const SCHEMA: CommandSpec = {
  path: ['schema'],
  summary: 'Print the JSON Schema of what a command prints with `--json`',
  description:
    'Without words: the schemas of all commands. `schema error` is the object of a failure, `schema event` a line of `--json-lines`.',
  words: [
    { name: 'command', variadic: true, completes: 'command', help: 'the command, such as `run` or `sessions list`' },
  ],
  examples: [{ line: 'lecoder-cgpu schema sessions list', what: 'what `sessions list --json` prints' }],
  load: async () => (await import('../../commands/schema.ts')).command,
};
