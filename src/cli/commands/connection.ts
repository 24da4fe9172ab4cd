import { TERMINAL_ROADS } from '../../core/terminal.ts';
import type { CommandSpec } from '../spec.ts';
import { MACHINE_OPTIONS, ONE_MACHINE } from './machine-options.ts';

export const CONNECTION: readonly CommandSpec[] = [
  {
    path: ['connect'],
    summary: 'Get a runtime and make it the active session',
    options: [
      ...MACHINE_OPTIONS,
      {
        flags: '--variant <class>',
        kind: 'choice',
        choices: ['gpu', 'tpu', 'cpu'],
        help: 'class of machine, without naming a model',
      },
      { flags: '-n, --name <name>', kind: 'text', help: 'name of the session' },
      { flags: '-t, --timeout <duration>', kind: 'duration', default: 60, help: 'give up after so long' },
      {
        flags: '-m, --mode <mode>',
        kind: 'choice',
        choices: ['terminal', 'kernel'],
        defaultText: 'terminal',
        help: 'what to open on a terminal: a shell, or a prompt for the kernel',
      },
      {
        flags: '--startup-command <command>',
        kind: 'text',
        help: 'run this on the machine first, in the shell that opens',
      },
      { flags: '--startup-code <code>', kind: 'text', help: 'run this in the kernel first' },
      {
        flags: '--terminal <way>',
        kind: 'choice',
        choices: TERMINAL_ROADS,
        defaultText: 'auto',
        help: "the way to the shell: through the remote half, or a terminal of Jupyter's or of Colab's",
      },
      {
        flags: '--terminal-name <name>',
        kind: 'text',
        help: 'a terminal of the Jupyter server that goes on when you leave, and is joined when it is there',
      },
      {
        flags: '--keep-alive <duration>',
        kind: 'duration',
        defaultText: '12h',
        help: 'ping a machine that needs it for so long; 0 for not at all',
      },
      { flags: '--no-shell', kind: 'flag', help: 'return at once instead of opening a shell' },
      { flags: '-d, --detach', kind: 'flag', help: 'the same as `--no-shell`' },
    ],
    exclusive: [...ONE_MACHINE, ['variant', 'tpu', 'cpu']],
    examples: [
      { line: 'lecoder-cgpu connect --runtime local', what: 'a Jupyter server of our own on this machine' },
      { line: 'lecoder-cgpu connect --gpu T4 --name training --no-shell', what: 'a named session' },
      { line: 'lecoder-cgpu connect -m kernel', what: 'a Python prompt on the machine' },
    ],
    load: async () => (await import('../../commands/connect.ts')).command,
  },
  {
    path: ['disconnect'],
    summary: 'End the active session and free its machine',
    options: [
      { flags: '--keep-runtime', kind: 'flag', help: 'leave the machine running' },
      { flags: '--all', kind: 'flag', help: 'every session' },
    ],
    load: async () => (await import('../../commands/disconnect.ts')).command,
  },
  {
    path: ['status'],
    summary: 'Show account, runtime, GPU and session',
    examples: [
      { line: "lecoder-cgpu status --json | jq '.runtimes[0].gpu.memory.free'", what: 'free memory of the first GPU' },
    ],
    load: async () => (await import('../../commands/status.ts')).command,
  },
];
