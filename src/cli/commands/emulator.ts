import type { CommandSpec, GroupSpec, OptionSpec } from '../spec.ts';

export const EMULATOR_GROUP: GroupSpec = {
  path: ['emulator'],
  summary: "Imitate Google's side of Colab on this machine, to try things without an account",
};

const ACCOUNT: readonly OptionSpec[] = [
  { flags: '--account <email>', kind: 'text', default: 'you@example.com', help: 'the account that is there' },
  { flags: '--tier <tier>', kind: 'choice', choices: ['free', 'pro', 'pro+'], default: 'pro', help: 'its plan' },
  { flags: '--balance <units>', kind: 'whole', defaultText: "the tier's", help: 'paid compute units it has' },
  { flags: '--max-machines <count>', kind: 'whole', defaultText: "the tier's", help: 'machines at a time' },
  { flags: '--capacity <list>', kind: 'list', help: 'machines there are, such as `A100=0,T4=1`; no limit for others' },
  { flags: '--give <list>', kind: 'list', help: 'give another model than was asked for, such as `A100=T4`' },
];

const TIMES: readonly OptionSpec[] = [
  { flags: '--token-ttl <duration>', kind: 'duration', defaultText: '3599', help: 'life of an access token' },
  { flags: '--refresh-ttl <duration>', kind: 'duration', defaultText: '0, for ever', help: 'life of a refresh token' },
  { flags: '--proxy-ttl <duration>', kind: 'duration', defaultText: '1h', help: 'life of a runtime-proxy token' },
  {
    flags: '--boot <duration>',
    kind: 'duration',
    defaultText: '0',
    help: 'how long a new machine answers 502 and 503',
  },
  { flags: '--latency <duration>', kind: 'duration', defaultText: '0', help: 'added to every answer' },
  {
    flags: '--prune-after <duration>',
    kind: 'duration',
    defaultText: '8m',
    help: 'life of a machine that nobody pings',
  },
  { flags: '--fit <duration>', kind: 'duration', defaultText: '90m', help: 'the same while a socket to it is open' },
];

const WAYS: readonly OptionSpec[] = [
  { flags: '--fail <list>', kind: 'list', help: 'faults, such as `assign=503x2,token=500,keep-alive=timeout`' },
  { flags: '--auto-approve', kind: 'flag', help: 'the sign-in page approves without a click' },
  { flags: '--consented', kind: 'flag', help: 'machines may have Drive and user credentials without a question' },
  { flags: '--no-gapi', kind: 'flag', help: 'the private Google API refuses, as it does strangers' },
  { flags: '--public-api', kind: 'flag', help: 'the public API answers, as it does those on its list' },
  { flags: '--no-drive-api', kind: 'flag', help: 'Drive is not enabled' },
  { flags: '--silent-keep-alive', kind: 'flag', help: 'keep-alive pings count and are never answered' },
  { flags: '--no-subprotocol', kind: 'flag', help: "kernels do not speak Jupyter's binary subprotocol" },
];

export const EMULATOR: readonly CommandSpec[] = [
  {
    path: ['emulator', 'start'],
    summary: 'Start the emulator',
    description:
      'It listens on loopback only, and gives out machines that are real Jupyter servers on this computer. `docs/emulator.md` lists the faults and the control API.',
    options: [
      { flags: '--port <number>', kind: 'whole', defaultText: 'a free one', help: 'where to listen' },
      { flags: '--foreground', kind: 'flag', help: 'stay here until Ctrl-C' },
      ...ACCOUNT,
      ...TIMES,
      ...WAYS,
      { flags: '--python <path>', kind: 'text', help: 'a Python with `jupyter_server` and `ipykernel`' },
    ],
    examples: [
      { line: 'lecoder-cgpu emulator start --tier free --capacity T4=1', what: 'a free account, and one T4 for all' },
      { line: 'lecoder-cgpu emulator start --latency 80ms --fail assign=503x2', what: 'slow, and short of machines' },
    ],
    load: async () => (await import('../../commands/emulator/start.ts')).command,
  },
  {
    path: ['emulator', 'stop'],
    summary: 'Stop the emulator and all its machines',
    load: async () => (await import('../../commands/emulator/stop.ts')).command,
  },
  {
    path: ['emulator', 'status'],
    summary: 'Show whether the emulator runs, and what it has given out',
    load: async () => (await import('../../commands/emulator/status.ts')).command,
  },
  {
    path: ['emulator', 'env'],
    summary: 'Print the variables that make programs use the emulator',
    options: [
      {
        flags: '--shell <kind>',
        kind: 'choice',
        choices: ['sh', 'fish', 'powershell', 'dotenv'],
        default: 'sh',
        help: 'how to write them',
      },
    ],
    examples: [{ line: 'eval "$(lecoder-cgpu emulator env)"', what: 'use it in this shell' }],
    load: async () => (await import('../../commands/emulator/env.ts')).command,
  },
];
