import type { CommandSpec } from '../spec.ts';

export const DOCTOR: CommandSpec = {
  path: ['doctor'],
  summary: 'Check every hop between this machine and the code, and say how to mend it',
  description:
    'Looks at settings, files, proxy, names, TLS, Google, login, runtime, Jupyter and WebSockets, each by itself and ' +
    'for five seconds at most. Changes nothing, makes no machine and never signs in. Ends with the exit code of the ' +
    'first check that failed.',
  options: [
    { flags: '--offline', kind: 'flag', help: 'only what needs no network' },
    {
      flags: '--bundle [file]',
      kind: 'text',
      valueLike: /^[^-]/,
      help: 'also write a report without secrets, to be sent to whoever helps; a name of its own when none is given',
    },
  ],
  examples: [
    { line: 'lecoder-cgpu doctor', what: 'all of it' },
    {
      line: `lecoder-cgpu doctor --json | jq '.data.checks[] | select(.status == "failed")'`,
      what: 'only what failed',
    },
    { line: 'lecoder-cgpu doctor --runtime jupyter --server https://hub.example.org/', what: 'the way to that server' },
    { line: 'lecoder-cgpu doctor --bundle report.json', what: 'a file for a bug report' },
  ],
  // it is for when settings are broken
  lenient: { badSettings: true },
  load: async () => (await import('../../commands/doctor.ts')).command,
};
