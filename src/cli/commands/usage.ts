import type { CommandSpec } from '../spec.ts';

export const USAGE: CommandSpec = {
  path: ['usage'],
  summary: 'Show compute units: what is left, what runs, and at which rate',
  description: 'Asks Google for the account that is signed in; it never signs in by itself.',
  examples: [{ line: 'lecoder-cgpu usage --json | jq .data.hoursLeft', what: 'hours left at the present rate' }],
  load: async () => (await import('../../commands/usage.ts')).command,
};
