import type { CommandSpec, GroupSpec, OptionSpec } from '../spec.ts';

const TRANSFER: readonly OptionSpec[] = [
  { flags: '--no-resume', kind: 'flag', help: 'begin anew instead of taking up what an interrupted transfer left' },
  { flags: '--resume', kind: 'flag', help: 'take up what an interrupted transfer left, which is what is done anyway' },
  { flags: '--no-verify', kind: 'flag', help: 'do not compare SHA-256 of both sides' },
];

export const FILES_GROUP: GroupSpec = { path: ['files'], summary: 'Look after files on the runtime' };

export const FILES: readonly CommandSpec[] = [
  {
    path: ['upload'],
    summary: 'Send files and folders to the runtime',
    description:
      'The last of several words is the remote place, as for `cp -r`. Without one the folder in which shell commands start is meant: `/content` on Colab.',
    aliases: [['copy']],
    words: [
      {
        name: 'local',
        required: true,
        variadic: true,
        help: 'local files and folders, or `-` for standard input; the last of several is the remote place',
      },
      { name: 'remote', help: 'the remote place' },
    ],
    options: [
      { flags: '--to <remote>', kind: 'text', help: 'the remote place; all words are then local files and folders' },
      ...TRANSFER,
    ],
    examples: [
      { line: 'lecoder-cgpu upload data.csv', what: 'to where commands start' },
      { line: 'lecoder-cgpu upload data models/ /content/work/', what: 'two folders into another' },
      { line: 'tar c src | lecoder-cgpu upload - src.tar', what: 'what another program writes' },
    ],
    load: async () => (await import('../../commands/upload.ts')).command,
  },
  {
    path: ['download'],
    summary: 'Fetch files and folders from the runtime',
    description: 'The last of several words is the local place, as for `cp -r`; without one, the folder you are in.',
    words: [
      {
        name: 'remote',
        required: true,
        variadic: true,
        help: 'remote files, folders and patterns; the last of several is the local place, `-` for standard output',
      },
      { name: 'local', help: 'the local place' },
    ],
    options: [{ flags: '--to <local>', kind: 'text', help: 'the local place; all words are then remote' }, ...TRANSFER],
    examples: [
      { line: 'lecoder-cgpu download results', what: 'a folder, into the one you are in' },
      { line: "lecoder-cgpu download 'checkpoints/*.pt' models/", what: 'what a pattern matches there' },
      { line: 'lecoder-cgpu download log.txt - | tail', what: 'to standard output' },
    ],
    load: async () => (await import('../../commands/download.ts')).command,
  },
  {
    path: ['files', 'ls'],
    summary: 'List files on the runtime',
    words: [{ name: 'paths', variadic: true, help: 'files, folders and patterns; where commands start when absent' }],
    options: [
      { flags: '-l, --long', kind: 'flag', help: 'with mode, owner, size and time' },
      { flags: '-a, --all', kind: 'flag', help: 'hidden ones too' },
      { flags: '-d, --directory', kind: 'flag', help: 'a folder itself instead of what it holds' },
    ],
    examples: [{ line: "lecoder-cgpu files ls -l 'runs/*.json'", what: 'what a pattern matches' }],
    load: async () => (await import('../../commands/files/ls.ts')).command,
  },
  {
    path: ['files', 'stat'],
    summary: 'Show what a file on the runtime is',
    words: [{ name: 'paths', required: true, variadic: true, help: 'files, folders and patterns' }],
    load: async () => (await import('../../commands/files/stat.ts')).command,
  },
  {
    path: ['files', 'cat'],
    summary: 'Print files of the runtime, byte for byte',
    words: [{ name: 'paths', required: true, variadic: true, help: 'files and patterns' }],
    load: async () => (await import('../../commands/files/cat.ts')).command,
  },
  {
    path: ['files', 'rm'],
    summary: 'Remove files on the runtime',
    words: [{ name: 'paths', required: true, variadic: true, help: 'files, folders and patterns' }],
    options: [
      { flags: '-r, --recursive', kind: 'flag', help: 'folders too, with all that is in them' },
      { flags: '-f, --force', kind: 'flag', help: 'do not ask, and pass over what is not there' },
    ],
    load: async () => (await import('../../commands/files/rm.ts')).command,
  },
  {
    path: ['files', 'mkdir'],
    summary: 'Make folders on the runtime',
    words: [{ name: 'paths', required: true, variadic: true, help: 'folders' }],
    options: [{ flags: '-p, --parents', kind: 'flag', help: 'those above too, and no error when it is there' }],
    load: async () => (await import('../../commands/files/mkdir.ts')).command,
  },
  {
    path: ['files', 'mv'],
    summary: 'Move or rename files on the runtime',
    words: [{ name: 'paths', required: true, variadic: true, help: 'what to move, and last where to' }],
    options: [{ flags: '-f, --force', kind: 'flag', help: 'replace what is there' }],
    load: async () => (await import('../../commands/files/mv.ts')).command,
  },
];
