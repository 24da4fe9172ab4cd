import type { CommandSpec } from '../spec.ts';

export const SYNC: CommandSpec = {
  path: ['sync'],
  summary: 'Make a folder on the runtime like one here, or the other way round',
  description:
    'Moves only what changed, one way. What `.gitignore` and `.colabignore` leave out is neither moved nor removed. A file that changed on both sides is named and left alone.',
  words: [
    { name: 'local', required: true, completes: 'folder', help: 'local folder' },
    { name: 'remote', help: "remote folder; the local one's name where commands start when absent" },
  ],
  options: [
    { flags: '--pull', kind: 'flag', help: 'from the runtime to here' },
    { flags: '--dry-run', kind: 'flag', help: 'say what would happen and change nothing' },
    { flags: '--delete', kind: 'flag', help: 'remove at the target what the source does not have' },
    { flags: '-f, --force', kind: 'flag', help: 'overwrite what is in conflict, or changed at the target' },
    { flags: '--watch', kind: 'flag', help: 'sync again whenever something changes here, until interrupted' },
  ],
  examples: [
    { line: 'lecoder-cgpu sync .', what: 'this folder, to one of its name where commands start' },
    { line: 'lecoder-cgpu sync src /content/work/src --delete --dry-run', what: 'what would be moved and removed' },
    { line: 'lecoder-cgpu sync . --watch', what: 'every change as it is saved' },
    { line: 'lecoder-cgpu sync --pull results', what: 'what changed there, to here' },
    { line: 'lecoder-cgpu run --sync . python train.py', what: 'sync, then run in that folder' },
  ],
  load: async () => (await import('../../commands/sync.ts')).command,
};
