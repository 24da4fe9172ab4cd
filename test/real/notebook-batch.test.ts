import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notebookTemplate, TEMPLATES } from '../../src/operations/notebooks/notebook-templates.ts';
import { type Cli, makeCli } from '../support/cli.ts';
import { notebooksIn } from '../support/notebooks.ts';

let cli: Cli;
let books: ReturnType<typeof notebooksIn>;

beforeAll(async () => {
  cli = await makeCli();
  books = notebooksIn(cli.home);
  await books.put('train.ipynb', [
    { source: 'lr = 1\nbs = 1', tags: ['parameters'] },
    'print("training", lr, bs)',
    'assert lr < 0.5, "too big"',
    'lr * bs',
  ]);
  await books.put('slow.ipynb', ['print("first")', 'import time; print("begun", flush=True); time.sleep(60)', '1']);
  await books.put('good.ipynb', ['print("good")']);
  await books.put('bad.ipynb', ['1/0']);
  expect((await cli.call(['run', '-k', '1'])).code).toBe(0);
}, 180_000);
afterAll(() => cli?.close(), 60_000);

const KERNELS =
  'import psutil, os; len([p for p in psutil.Process(os.getppid()).children() if "ipykernel" in " ".join(p.cmdline())])';
const kernels = async () => (await cli.json(['run', '-k', '--json', KERNELS])).result;
// biome-ignore lint/suspicious/noExplicitAny: reports of runs
const told = (data: any, ...fields: string[]) => data.runs.map((run: any) => fields.map(field => run[field]));

describe('a grid', () => {
  const GRID = ['train.ipynb', '--grid', 'lr=0.1,0.9', '--grid', 'bs=8,16', '--parallel', '2', '--output-dir', 'runs'];

  test('each combination is a run of its own; those that fail stop no other', async () => {
    const { success, status, error, data } = await cli.json(['notebook', 'run', ...GRID, '--json', '--export', 'py']);
    expect({ success, status, error }).toMatchObject({
      success: false,
      status: 'error',
      error: { name: 'AssertionError' },
    });
    expect(told(data, 'name', 'status', 'exit', 'parameters')).toEqual([
      ['train lr=0.1 bs=8', 'ok', 0, { lr: 0.1, bs: 8 }],
      ['train lr=0.1 bs=16', 'ok', 0, { lr: 0.1, bs: 16 }],
      ['train lr=0.9 bs=8', 'error', 5, { lr: 0.9, bs: 8 }],
      ['train lr=0.9 bs=16', 'error', 5, { lr: 0.9, bs: 16 }],
    ]);
    expect(data).toMatchObject({ counts: { ok: 2, error: 2, abort: 0, pending: 0 }, parallel: 2, interrupted: false });
    expect(data.runs[2].failed).toMatchObject({ cell: 4, ename: 'AssertionError' });
    expect((await readdir(join(cli.home, 'runs'))).filter(name => name.endsWith('.ipynb'))).toEqual([
      'train.lr=0.1.bs=16.out.ipynb',
      'train.lr=0.1.bs=8.out.ipynb',
      'train.lr=0.9.bs=16.out.ipynb',
      'train.lr=0.9.bs=8.out.ipynb',
    ]);
    expect(await books.gave('runs/train.lr=0.1.bs=16.out.ipynb')).toEqual([
      null,
      null,
      'training 0.1 16\n',
      null,
      '1.6',
    ]);
    expect(data.runs[3].exports).toMatchObject([
      { format: 'py', output: join(cli.home, 'runs/train.lr=0.9.bs=16.out.py') },
    ]);
  });

  test('resumed, it keeps what was whole and runs the rest anew', async () => {
    await books.put('train.ipynb', [
      { source: 'lr = 1\nbs = 1', tags: ['parameters'] },
      'print("training", lr, bs)',
      'assert lr < 0.5, "too big"',
      'lr * bs',
    ]);
    const again = await cli.call(['notebook', 'run', ...GRID, '--resume']);
    expect(again.code).toBe(5);
    expect(again.stderr.match(/nothing is left to run/g)).toHaveLength(2);
    const rows = again.stdout.split('\n').filter(line => line.includes('\t'));
    expect(rows.map(row => row.split('\t').filter((_, column) => column !== 3))).toEqual([
      ['train lr=0.1 bs=8', 'ok', '5/5', join(cli.home, 'runs', 'train.lr=0.1.bs=8.out.ipynb')],
      ['train lr=0.1 bs=16', 'ok', '5/5', join(cli.home, 'runs', 'train.lr=0.1.bs=16.out.ipynb')],
      ['train lr=0.9 bs=8', 'error', '4/5', 'cell 4: AssertionError: too big'],
      ['train lr=0.9 bs=16', 'error', '4/5', 'cell 4: AssertionError: too big'],
    ]);
    // side by side each line says whose it is
    expect(again.stdout).toContain('[train lr=0.9 bs=8] training 0.9 8\n');
    expect(again.stderr).toMatch(/^\[train lr=0.9 bs=16\] AssertionError: too big$/m);
  });
});

test('several notebooks, one after the other, on the session there is; kernels go with them', async () => {
  const before = await kernels();
  const ran = await cli.call(['notebook', 'run', 'good.ipynb', 'bad.ipynb', 'train.ipynb', '-p', 'lr=0.2']);
  expect(ran.code).toBe(5);
  expect(ran.stdout).toContain('good\n');
  expect(ran.stderr.split('\n').filter(line => /^\[\d\/3\] (good|bad|train)$/.test(line))).toEqual([
    '[1/3] good',
    '[2/3] bad',
    '[3/3] train',
  ]);
  expect(await books.gave('train.out.ipynb')).toContain('training 0.2 1\n');
  expect(await kernels()).toBe(before);
});

test('`--fail-fast` stops the others, and lets no other begin', async () => {
  const { data, error } = await cli.json([
    ...['notebook', 'run', 'slow.ipynb', 'bad.ipynb', 'good.ipynb', '--json'],
    ...['--parallel', '2', '--fail-fast', '--output-dir', 'fast'],
  ]);
  expect(error).toMatchObject({ name: 'ZeroDivisionError', exit: 5 });
  expect(told(data, 'name', 'status')).toEqual([
    ['slow', 'abort'],
    ['bad', 'error'],
    ['good', 'pending'],
  ]);
});

test('Ctrl-C interrupts all, and all is kept', async () => {
  const before = await kernels();
  const ran = await cli.call(
    [
      'notebook',
      'run',
      'slow.ipynb',
      'good.ipynb',
      'train.ipynb',
      '--parallel',
      '1',
      '--output-dir',
      'cut',
      '--json-lines',
    ],
    { watch: ({ stdout }, signal) => stdout.includes('"text":"begun\\n"') && signal('SIGINT') },
  );
  expect(ran.code).toBe(130);
  const lines = ran.stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines.find(({ text }) => text === 'begun\n')).toMatchObject({ type: 'output', run: 'slow' });
  const { data, status } = lines.at(-1);
  expect(status).toBe('abort');
  expect(data.interrupted).toBe(true);
  expect(told(data, 'name', 'status', 'exit')).toEqual([
    ['slow', 'abort', 130],
    ['good', 'pending', null],
    ['train', 'pending', null],
  ]);
  expect(await books.gave('cut/slow.out.ipynb')).toEqual(['first\n', 'KeyboardInterrupt', null]);
  expect((await books.read('cut/slow.out.ipynb')).cells[1]?.outputs[0]).toMatchObject({ text: ['begun\n'] });
  expect(await kernels()).toBe(before);
});

test('runs are spread over sessions', async () => {
  expect((await cli.call(['connect', '-n', 'second', '--no-shell'])).code).toBe(0);
  const runs = ['notebook', 'run', 'good.ipynb', '--grid', 'x=1,2', '--sessions', 'local,second', '--output-dir', 's'];
  const { data } = await cli.json([...runs, '--json']);
  expect(told(data, 'status', 'session')).toEqual([
    ['ok', 'local'],
    ['ok', 'second'],
  ]);
  expect(data.parallel).toBe(2);
});

test('the templates run on a machine of any kind', async () => {
  await mkdir(join(cli.home, 'templates'));
  for (const name of TEMPLATES)
    await writeFile(join(cli.home, 'templates', `${name}.ipynb`), notebookTemplate(name, `${name}.ipynb`));
  const files = TEMPLATES.map(name => `templates/${name}.ipynb`);
  const { data } = await cli.json(['notebook', 'run', ...files, '--parallel', '2', '--json']);
  expect(told(data, 'name', 'status')).toEqual(TEMPLATES.map(name => [name, 'ok']));
  for (const name of TEMPLATES) {
    const gave = await books.gave(`templates/${name}.out.ipynb`);
    expect(gave.filter(text => text === null)).toEqual([]);
  }
});

describe('refused before anything runs', () => {
  test.each([
    [['good.ipynb', 'nope.ipynb'], 1, 'there is no file `nope.ipynb`'],
    [['train.ipynb', '--grid', 'lr'], 2, 'has no values'],
    [['train.ipynb', '--grid', 'lr=1,2', '--output', 'x.ipynb'], 2, '`--output` names one file'],
    [['train.ipynb', '--grid', 'lr=1,2', '--in-place'], 2, '`--in-place` cannot hold'],
    [['good.ipynb', 'good.ipynb'], 2, 'would both write'],
    [['good.ipynb', 'bad.ipynb', '--parallel', '0'], 2, '`--parallel` takes 1 or more'],
    [['good.ipynb', '--sessions', 'nope'], 2, 'there is no session `nope`'],
    [['good.ipynb', '--export', 'rtf'], 2, '`--export` takes html, md, py, pdf'],
  ])('%j', async (args, code, why) => {
    const ran = await cli.call(['notebook', 'run', ...args]);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
    expect(ran.stderr).toContain(why);
  });
});
