import type { CommandSpec } from '../spec.ts';

export const KEEP_ALIVE: CommandSpec = {
  path: ['keep-alive'],
  summary: 'Ping the machines of sessions that are to be kept; `connect` starts this by itself',
  description:
    'Ends when no session is to be kept any more: closed, its time over, or its machine gone. `status` shows it, and ' +
    '`lecoder-cgpu debug show` has its failures.',
  options: [{ flags: '--every <duration>', kind: 'duration', default: 60, help: 'pause between two rounds' }],
  load: async () => (await import('../../commands/keep-alive.ts')).command,
};
