import type { CommandSpec, GroupSpec } from '../spec.ts';

export const KERNEL_GROUP: GroupSpec = { path: ['kernel'], summary: "Look at and control the session's Python kernel" };

export const KERNEL: readonly CommandSpec[] = [
  {
    path: ['kernel', 'status'],
    summary: 'Show whether the kernel is idle or busy',
    load: async () => (await import('../../commands/kernel/status.ts')).command,
  },
  {
    path: ['kernel', 'restart'],
    summary: 'Restart the kernel; its variables are lost',
    load: async () => (await import('../../commands/kernel/restart.ts')).command,
  },
  {
    path: ['kernel', 'interrupt'],
    summary: 'Interrupt the code that is running',
    load: async () => (await import('../../commands/kernel/interrupt.ts')).command,
  },
  {
    path: ['kernel', 'execute'],
    summary: 'Run Python read from stdin',
    description: 'The same as `run -k` with piped code.',
    words: [{ name: 'code', help: 'Python code; read from stdin when left out' }],
    options: [
      {
        flags: '-t, --timeout <duration>',
        kind: 'duration',
        defaultText: '300',
        help: 'stop after so long; 0 for no limit',
      },
      { flags: '-q, --quiet', kind: 'flag', help: 'print nothing on stdout' },
    ],
    examples: [{ line: 'echo "print(6 * 7)" | lecoder-cgpu kernel execute --json', what: 'code from a pipe' }],
    load: async () => (await import('../../commands/kernel/execute.ts')).command,
  },
];
