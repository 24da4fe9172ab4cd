import { NOTEBOOK_ORDERS } from '../../core/drive.ts';
import type { CommandSpec, GroupSpec, OptionSpec } from '../spec.ts';
import { MACHINE_OPTIONS, ONE_MACHINE } from './machine-options.ts';

export const NOTEBOOK_GROUP: GroupSpec = {
  path: ['notebook'],
  summary: 'Run notebooks, and look after those in Google Drive',
};

const CONSENT: OptionSpec = {
  flags: '--consent',
  kind: 'flag',
  help: 'where the login does not cover Drive, ask Google for it without a question first',
};
const ID = {
  name: 'notebook',
  required: true,
  help: 'the id of a notebook in Drive, or its address in Colab or Drive',
};

export const NOTEBOOK: readonly CommandSpec[] = [
  {
    path: ['notebook', 'list'],
    summary: 'List notebooks in Drive that this program made',
    options: [
      { flags: '-n, --limit <count>', kind: 'whole', default: 50, help: 'so many at most, 0 for all' },
      {
        flags: '--order-by <field>',
        kind: 'choice',
        choices: NOTEBOOK_ORDERS,
        default: 'modifiedTime',
        help: 'order of the list, times with the newest first',
      },
      { flags: '--search <text>', kind: 'text', help: 'only names with this in them, as Drive searches' },
      CONSENT,
    ],
    examples: [{ line: "lecoder-cgpu notebook list --json | jq -r '.data.notebooks[].id'", what: 'all ids' }],
    load: async () => (await import('../../commands/notebook/list.ts')).command,
  },
  {
    path: ['notebook', 'create'],
    summary: 'Make a notebook in Drive',
    words: [{ name: 'title', help: 'name of the notebook; `.ipynb` is put to its end' }],
    options: [
      { flags: '--name <name>', kind: 'text', help: 'the same as the word' },
      {
        flags: '-t, --template <kind>',
        kind: 'choice',
        choices: ['default', 'gpu', 'tpu'],
        help: 'what it begins with; `gpu` and `tpu` also say what machine it wants',
      },
      { flags: '--from <file>', kind: 'text', help: 'a local notebook instead, as it is; `-` for standard input' },
      CONSENT,
    ],
    exclusive: [['template', 'from']],
    examples: [
      { line: 'lecoder-cgpu notebook create "my-notebook" -t gpu', what: 'one that checks its GPU' },
      { line: 'lecoder-cgpu notebook create --from analysis.ipynb', what: 'a copy of a local one' },
    ],
    load: async () => (await import('../../commands/notebook/create.ts')).command,
  },
  {
    path: ['notebook', 'delete'],
    summary: 'Move a notebook to the trash of Drive',
    words: [ID],
    options: [
      { flags: '-f, --force', kind: 'flag', help: 'do not ask' },
      { flags: '--permanent', kind: 'flag', help: 'delete it for good, past the trash' },
      CONSENT,
    ],
    load: async () => (await import('../../commands/notebook/delete.ts')).command,
  },
  {
    path: ['notebook', 'open'],
    summary: 'Connect to a machine as a notebook wants it',
    description:
      'Without a machine on the command line the GPU or TPU that stands in the notebook is asked for. On a terminal a prompt of the kernel opens.',
    words: [{ ...ID, help: `${ID.help}, or a local file` }],
    options: [
      ...MACHINE_OPTIONS,
      { flags: '-n, --name <name>', kind: 'text', help: 'name of the session' },
      { flags: '-t, --timeout <duration>', kind: 'duration', default: 60, help: 'give up after so long' },
      {
        flags: '-m, --mode <mode>',
        kind: 'choice',
        choices: ['terminal', 'kernel'],
        defaultText: 'kernel',
        help: 'what to open on a terminal: a shell, or a prompt for the kernel',
      },
      { flags: '--startup-code <code>', kind: 'text', help: 'run this in the kernel first' },
      {
        flags: '--keep-alive <duration>',
        kind: 'duration',
        defaultText: '12h',
        help: 'ping a machine that needs it for so long; 0 for not at all',
      },
      { flags: '--no-shell', kind: 'flag', help: 'return at once instead of opening a prompt' },
      { flags: '--browser', kind: 'flag', help: "open Colab's page of the notebook instead, and print its address" },
      CONSENT,
    ],
    exclusive: [
      ...ONE_MACHINE,
      ...['gpu', 'tpu', 'cpu', 'newRuntime', 'mode', 'startupCode'].map(key => ['browser', key]),
    ],
    examples: [
      { line: 'lecoder-cgpu notebook open https://colab.research.google.com/drive/<id>', what: 'by its address' },
      { line: 'lecoder-cgpu notebook open analysis.ipynb --no-shell', what: 'the machine a local notebook wants' },
      { line: 'lecoder-cgpu notebook open <id> --browser', what: "Colab's own page" },
    ],
    load: async () => (await import('../../commands/notebook/open.ts')).command,
  },
  {
    path: ['notebook', 'download'],
    summary: 'Fetch a notebook from Drive',
    words: [ID, { name: 'target', help: 'file or folder, `-` for standard output; the folder you are in when absent' }],
    options: [{ flags: '-f, --force', kind: 'flag', help: 'replace a file that is there, without asking' }, CONSENT],
    examples: [{ line: 'lecoder-cgpu notebook download <id> - | jq .metadata', what: 'to standard output' }],
    load: async () => (await import('../../commands/notebook/download.ts')).command,
  },
  {
    path: ['notebook', 'upload'],
    summary: 'Send a local notebook to Drive',
    words: [{ name: 'file', required: true, help: 'a local notebook, `-` for standard input' }],
    options: [
      { flags: '--id <notebook>', kind: 'text', help: 'the id or address of a notebook whose content it replaces' },
      { flags: '--name <name>', kind: 'text', help: "name of a new one; the file's own when absent" },
      CONSENT,
    ],
    exclusive: [['id', 'name']],
    examples: [{ line: 'lecoder-cgpu notebook upload analysis.ipynb --id <id>', what: 'a new version of one' }],
    load: async () => (await import('../../commands/notebook/upload.ts')).command,
  },
];
