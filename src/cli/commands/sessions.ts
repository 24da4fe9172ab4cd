import type { CommandSpec, GroupSpec } from '../spec.ts';

export const SESSIONS_GROUP: GroupSpec = { path: ['sessions'], summary: 'List, switch and close sessions' };

const ID = { name: 'id', completes: 'session', help: 'id, name or unique prefix of a session' } as const;

export const SESSIONS: readonly CommandSpec[] = [
  {
    path: ['sessions', 'list'],
    summary: 'List runtimes and their sessions',
    options: [{ flags: '--stats', kind: 'flag', help: 'totals only' }],
    examples: [{ line: 'lecoder-cgpu sessions list --json', what: 'for scripts' }],
    load: async () => (await import('../../commands/sessions/list.ts')).command,
  },
  {
    path: ['sessions', 'switch'],
    summary: 'Make a session the active one',
    description:
      'Also adopts a runtime of the account that this machine did not start. Without an id, `--session` names it.',
    words: [ID],
    load: async () => (await import('../../commands/sessions/switch.ts')).command,
  },
  {
    path: ['sessions', 'close'],
    summary: 'End a session and free its machine',
    words: [ID],
    options: [
      { flags: '--all', kind: 'flag', help: 'every session' },
      { flags: '-f, --force', kind: 'flag', help: 'also when the machine cannot be reached' },
      { flags: '--keep-runtime', kind: 'flag', help: 'forget the session but leave the machine running' },
    ],
    load: async () => (await import('../../commands/sessions/close.ts')).command,
  },
  {
    path: ['sessions', 'clean'],
    summary: 'Forget sessions whose machine is certainly gone',
    load: async () => (await import('../../commands/sessions/clean.ts')).command,
  },
];
