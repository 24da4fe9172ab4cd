import type { CommandSpec, OptionSpec } from '../spec.ts';
import { MACHINE_OPTIONS, ONE_MACHINE } from './machine-options.ts';

const OPTIONS: readonly OptionSpec[] = [
  {
    flags: '-p, --param <name=value>',
    kind: 'pairs',
    help: 'set a variable below the cell tagged `parameters`; repeatable',
  },
  { flags: '--params <file>', kind: 'text', help: 'set the variables of a YAML or JSON file' },
  { flags: '--output <path>', kind: 'text', defaultText: '<name>.out.ipynb', help: 'where the result goes' },
  { flags: '--in-place', kind: 'flag', help: 'write the results into the notebook itself' },
  { flags: '--new-kernel', kind: 'flag', help: 'a kernel of its own, which is removed at the end' },
  { flags: '--resume', kind: 'flag', help: 'go on at the first cell that failed, changed or never ran' },
  { flags: '--from <cell>', kind: 'whole', help: 'begin at this cell; all cells are counted, from 1' },
  { flags: '--only <tag>', kind: 'text', help: 'run only cells with this tag' },
  { flags: '-t, --timeout <duration>', kind: 'duration', defaultText: 'none', help: 'stop a cell after so long' },
  {
    flags: '--total-timeout <duration>',
    kind: 'duration',
    defaultText: 'none',
    help: 'stop the notebook after so long',
  },
  { flags: '--allow-errors', kind: 'flag', help: 'go on after a cell that failed' },
  {
    flags: '-e, --env <NAME=value>',
    kind: 'pairs',
    help: 'set an environment variable for each cell; without `=` its value is taken from here; repeatable',
  },
  { flags: '--env-file <path>', kind: 'text', help: 'set the variables of a file of NAME=value lines' },
  {
    flags: '--secret <NAME[=source]>',
    kind: 'pairs',
    help: 'a value the cells may use and never show; source env:X, file:P or cmd:C; repeatable',
  },
  ...MACHINE_OPTIONS,
  {
    flags: '--output-dir <folder>',
    kind: 'text',
    help: 'save images of the cells here as well; with several runs, their notebooks',
  },
  { flags: '--export <formats>', kind: 'list', help: 'afterwards also html, md, py, pdf; several between commas' },
  {
    flags: '--grid <name=values>',
    kind: 'pairs',
    help: 'a run for each of the values between commas; repeated, for each combination',
  },
  {
    flags: '--parallel <count>',
    kind: 'whole',
    defaultText: '1',
    help: 'so many runs at once, each in a kernel of its own',
  },
  { flags: '--sessions <names>', kind: 'list', help: 'spread the runs over these sessions' },
  { flags: '--fail-fast', kind: 'flag', help: 'stop all runs when one fails' },
  { flags: '--no-receipt', kind: 'flag', help: 'do not say what the run cost' },
  {
    flags: '--consent',
    kind: 'flag',
    help: 'where the login does not cover Drive, ask Google for it without a question first',
  },
];

export const NOTEBOOK_RUN: CommandSpec = {
  path: ['notebook', 'run'],
  summary: 'Run a notebook and keep what its cells give',
  description:
    'Cells run in order; the result is saved whole after each of them, so that nothing done is lost, whatever happens. ' +
    'It goes to `<name>.out.ipynb` beside the notebook. A notebook of Drive is named by its id or address. Several ' +
    'notebooks, or the points of a grid, have a kernel each, and one that fails stops no other.',
  words: [{ name: 'notebook', required: true, variadic: true, help: 'a local notebook, or one in Drive' }],
  options: OPTIONS,
  exclusive: [
    ...ONE_MACHINE,
    ['output', 'inPlace'],
    ['resume', 'from'],
    ...['gpu', 'tpu', 'cpu', 'newRuntime'].map(key => ['sessions', key]),
  ],
  examples: [
    { line: 'lecoder-cgpu notebook run train.ipynb', what: 'results in train.out.ipynb' },
    { line: 'lecoder-cgpu notebook run train.ipynb -p lr=0.01 -p epochs=3', what: 'with other parameters' },
    { line: 'lecoder-cgpu notebook run train.ipynb --resume', what: 'go on where the last run ended' },
    { line: 'lecoder-cgpu notebook run report.ipynb --in-place --new-kernel', what: 'as "Restart and run all" does' },
    {
      line: 'lecoder-cgpu notebook run train.ipynb --grid lr=0.1,0.01 --grid bs=8,16 --parallel 2 --output-dir runs',
      what: 'four runs, two at once, and a table at the end',
    },
  ],
  load: async () => (await import('../../commands/notebook/run.ts')).command,
};
