import type { CommandSpec, OptionSpec } from '../spec.ts';
import { MACHINE_OPTIONS, ONE_MACHINE } from './machine-options.ts';

const OPTIONS: readonly OptionSpec[] = [
  { flags: '-k, --kernel', kind: 'flag', help: "Python in the session's kernel, the same as `-m kernel`" },
  {
    flags: '-m, --mode <mode>',
    kind: 'choice',
    choices: ['terminal', 'kernel'],
    defaultText: 'terminal',
    help: 'shell command or Python',
  },
  {
    flags: '-f, --file <path>',
    kind: 'text',
    help: 'run a file (.py in the kernel, .ipynb cell by cell, others as a shell program); `-` reads stdin',
  },
  {
    flags: '-t, --timeout <duration>',
    kind: 'duration',
    defaultText: '300',
    help: 'stop after so long; 0 for no limit',
  },
  { flags: '-q, --quiet', kind: 'flag', help: 'print nothing on stdout' },
  {
    flags: '-e, --env <NAME=value>',
    kind: 'pairs',
    help: 'set a variable for this run; without `=` its value is taken from here; repeatable',
  },
  { flags: '--env-file <path>', kind: 'text', help: 'set the variables of a file of NAME=value lines' },
  {
    flags: '--secret <NAME[=source]>',
    kind: 'pairs',
    help: 'a value the run may use and never shows; source env:X, file:P or cmd:C; repeatable',
  },
  ...MACHINE_OPTIONS.map(option =>
    option.flags.startsWith('-g, ') ? { ...option, flags: option.flags.slice(4) } : option,
  ),
  { flags: '--folder <path>', kind: 'text', completes: 'nothing', help: 'remote folder to run in' },
  { flags: '--sync <dir>', kind: 'text', help: 'sync this local folder first, and run in it on the runtime' },
  { flags: '--tty', kind: 'flag', help: 'give the command a terminal' },
  { flags: '--output-dir <folder>', kind: 'text', help: 'save images of the run here' },
  { flags: '--max-output <size>', kind: 'size', help: 'keep so much output in the JSON object and the rest in a file' },
  { flags: '--no-receipt', kind: 'flag', help: 'do not say what the run cost' },
  { flags: '--propagate-exit-code', kind: 'flag', help: 'end with the remote status, as ssh does' },
];

export const RUN: CommandSpec = {
  path: ['run'],
  summary: 'Run a shell command or Python code on the runtime',
  description:
    'Words after the first one belong to the remote command, except our long options. All after `--` is the remote ' +
    "command's. Several words are quoted for the remote shell; one word is taken as a program. Without words the " +
    'code is read from `--file` or from piped stdin.',
  words: [{ name: 'code', variadic: true, help: 'shell command, or Python with `-k`; `-` reads stdin' }],
  options: OPTIONS,
  exclusive: [...ONE_MACHINE, ['folder', 'sync']],
  remoteWords: true,
  examples: [
    { line: 'lecoder-cgpu run nvidia-smi', what: 'a shell command' },
    { line: 'lecoder-cgpu run -k "1 + 1"', what: 'Python; variables stay for the next run' },
    { line: 'lecoder-cgpu run -k -f train.py --timeout 2h', what: 'a file, with a longer limit' },
    {
      line: 'lecoder-cgpu run --json -k "import torch; torch.cuda.is_available()"',
      what: 'one JSON object for scripts',
    },
    { line: 'lecoder-cgpu run --sync . python train.py', what: 'with the newest files of this folder' },
    { line: 'lecoder-cgpu run -- python train.py --timeout 5', what: "every option after `--` is the remote one's" },
  ],
  load: async () => (await import('../../commands/run.ts')).command,
};
