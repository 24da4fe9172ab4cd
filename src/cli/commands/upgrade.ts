import type { CommandSpec } from '../spec.ts';

export const UPGRADE: CommandSpec = {
  path: ['upgrade'],
  summary: 'Put the newest version in place, or say how',
  description:
    'Knows how this program was installed. A single binary is fetched, held against its SHA-256, tried and replaced; ' +
    'where a package manager looks after it, its command is printed instead. Never runs by itself.',
  options: [
    { flags: '--check', kind: 'flag', help: 'only say whether there is a newer one' },
    {
      flags: '--version <version>',
      kind: 'text',
      completes: 'nothing',
      help: 'that version, an older one too, instead of the newest',
    },
  ],
  examples: [
    { line: 'lecoder-cgpu upgrade --check', what: 'is there a newer version?' },
    { line: 'lecoder-cgpu upgrade --check --json | jq -r .data.newer', what: 'the same for scripts' },
    { line: 'lecoder-cgpu upgrade --version 1.0.0', what: 'a version of your choice' },
  ],
  // a way out has to work with broken settings too
  lenient: { badSettings: true },
  load: async () => (await import('../../commands/upgrade.ts')).command,
};
