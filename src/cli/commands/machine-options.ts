import type { OptionSpec } from '../spec.ts';

/** What kind of machine is wanted; shared by `run` and `connect`. */
export const MACHINE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '-g, --gpu <model>',
    kind: 'list',
    suggests: ['T4', 'L4', 'A100', 'H100', 'G4'],
    help: 'accelerator, such as T4, L4 or A100; several between commas in order of preference',
  },
  { flags: '--tpu [model]', kind: 'text', valueLike: /^v\d\w*-\d+$/i, help: 'a TPU, such as v5e-1' },
  { flags: '--cpu', kind: 'flag', help: 'no accelerator' },
  { flags: '--high-mem', kind: 'flag', help: 'a machine with more memory' },
  { flags: '--new-runtime', kind: 'flag', help: 'a fresh machine, even when one is running' },
  { flags: '--wait <duration>', kind: 'duration', help: 'keep trying for so long while there is no capacity' },
  { flags: '--strict', kind: 'flag', help: 'refuse any other machine than the one asked for' },
];

export const ONE_MACHINE: readonly (readonly string[])[] = [['gpu', 'tpu', 'cpu']];
