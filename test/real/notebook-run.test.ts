import { chmod, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { startNbformat } from '../support/nbformat-oracle.ts';
import { notebooksIn } from '../support/notebooks.ts';

let cli: Cli;
let books: ReturnType<typeof notebooksIn>;
const nbformat = startNbformat();

beforeAll(async () => {
  cli = await makeCli();
  books = notebooksIn(cli.home);
  expect((await cli.call(['run', '-k', '1'])).code).toBe(0);
}, 180_000);
afterAll(async () => {
  nbformat.close();
  await cli?.close();
}, 60_000);

const run = (...args: string[]) => cli.call(['notebook', 'run', ...args]);
const report = (...args: string[]) => cli.json(['notebook', 'run', '--json', ...args]);
async function kernels(): Promise<number> {
  const [answer] = await cli.json(['run', '-k', '--json', KERNELS]).then(({ result }) => [Number(result)]);
  return answer ?? 0;
}
const KERNELS =
  'import psutil, os; len([p for p in psutil.Process(os.getppid()).children() if "ipykernel" in " ".join(p.cmdline())])';

test('runs the cells in order, streams what they print, says where it is, and writes what they gave', async () => {
  await books.put('a.ipynb', [
    'import sys\nprint("out"); print("err", file=sys.stderr)',
    { source: 'nothing(', tags: ['skip'] },
    'from IPython.display import display\nh = display("one", display_id=True)\n"value"',
    'h.update("two")',
    { source: '1/0', tags: ['raises-exception'] },
    'print("last")',
  ]);
  const ran = await run('a.ipynb');
  expect(ran).toMatchObject({ code: 0, stdout: "out\n'one'\n'value'\n'two'\nlast\n" });
  expect(ran.stderr.split('\n').filter(line => /^(\[|err|\d)/.test(line))).toEqual([
    '[1/6] import sys',
    'err',
    '[3/6] from IPython.display import display',
    '[4/6] h.update("two")',
    '[5/6] 1/0',
    '[6/6] print("last")',
    expect.stringMatching(/^5 cells in .*; saved as `a.out.ipynb`$/),
  ]);
  const { text, cells, metadata } = await books.read('a.out.ipynb');
  expect(await books.gave('a.out.ipynb')).toEqual([
    'out\n|err\n',
    null,
    "'two'|'value'",
    null,
    'ZeroDivisionError',
    'last\n',
  ]);
  const [first, skipped] = cells;
  expect(cells.map(cell => cell.execution_count)).toEqual([2, null, 3, 4, 5, 6]);
  expect(Object.keys(first?.metadata.execution ?? {})).toEqual([
    'iopub.execute_input',
    'iopub.status.busy',
    'iopub.status.idle',
    'shell.execute_reply',
  ]);
  expect(first?.metadata.execution?.['shell.execute_reply']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(skipped?.metadata.execution).toBeUndefined();
  expect(metadata.language_info).toMatchObject({ name: 'python', mimetype: 'text/x-python' });
  expect(await nbformat.ask([text])).toEqual([{ written: text, valid: true }]);
});

test('the JSON object, and the same as a run', async () => {
  await books.put('j.ipynb', ['x = 1', 'print("a")\nx', { source: 'raise KeyError("no")', id: 'bad' }, 'x = 2']);
  const { data, error, ...head } = await report('j.ipynb');
  expect(head).toMatchObject({ command: 'notebook run', success: false, status: 'error', errorCode: 1002 });
  expect(error).toMatchObject({ code: 1202, name: 'KeyError', category: 'runtime', exit: 5 });
  expect(data).toMatchObject({
    input: join(cli.home, 'j.ipynb'),
    output: join(cli.home, 'j.out.ipynb'),
    status: 'error',
    counts: { ran: 3, kept: 0, skipped: 0, failed: 1 },
    failed: { cell: 3, id: 'bad', name: 'raise KeyError("no")', ename: 'KeyError', evalue: "'no'" },
  });
  expect(data.failed.traceback.join('\n')).toContain('KeyError');
  expect(data.cells.map((cell: { status: string }) => cell.status)).toEqual(['ok', 'ok', 'error', 'pending']);

  const asRun = await cli.json(['run', '--json', '-f', 'j.ipynb']);
  expect(asRun).toMatchObject({
    command: 'run',
    success: false,
    errorCode: 1002,
    exitCode: 1,
    stdout: 'a\n',
    error: { code: 1202, name: 'KeyError' },
    notebook: { counts: { ran: 3 }, failed: { cell: 3 } },
  });
  expect((await cli.call(['run', '-f', 'j.ipynb'])).code).toBe(5);
});

test('each line of `--json-lines` is an event, cells among them', async () => {
  await books.put('l.ipynb', ['1', 'print(2)']);
  const { stdout } = await run('--json-lines', 'l.ipynb');
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const cells = lines.filter(({ type }) => type === 'cell');
  expect(cells.map(({ cell, total, status }) => [cell, total, status])).toEqual([
    [1, 2, 'running'],
    [1, 2, 'ok'],
    [2, 2, 'running'],
    [2, 2, 'ok'],
  ]);
  expect(lines.at(-1)).toMatchObject({ command: 'notebook run', success: true });
});

test('parameters stand below the tagged cell and are the values it ran with', async () => {
  await books.put('p.ipynb', [{ source: 'lr = 1\nname = "d"', tags: ['parameters'] }, 'print(lr, name, more)']);
  await writeFile(join(cli.home, 'p.yaml'), 'more: [1, 2.0, null]\nlr: 5\n');
  const { data } = await report('p.ipynb', '-p', 'lr=0.5', '--params', 'p.yaml');
  expect(data.parameters).toEqual({ lr: 0.5, more: [1, 2, null] });
  expect(await books.gave('p.out.ipynb')).toEqual([null, null, '0.5 d [1, 2.0, None]\n']);
  const { cells } = await books.read('p.out.ipynb');
  expect(cells[1]).toMatchObject({
    metadata: { tags: ['injected-parameters'] },
    source: ['# Parameters\n', 'more = [1, 2.0, None]\n', 'lr = 0.5\n'],
  });
  expect((await run('p.out.ipynb', '--in-place', '-p', 'lr=7', '-p', 'more=x')).stdout).toBe('7 d x\n');
});

describe('exit codes', () => {
  test('0 with --allow-errors, which counts them', async () => {
    await books.put('e.ipynb', ['1/0', 'print("on")']);
    const ran = await report('e.ipynb', '--allow-errors');
    expect(ran).toMatchObject({ success: true, data: { counts: { ran: 2, failed: 1 }, failed: null } });
    expect(await books.gave('e.out.ipynb')).toEqual(['ZeroDivisionError', 'on\n']);
  });

  test('5 names the cell, and shows its traceback once', async () => {
    const ran = await run('e.ipynb');
    expect(ran.code).toBe(5);
    expect(ran.stderr.match(/ZeroDivisionError: division by zero/g)).toHaveLength(1);
    expect(ran.stderr).toContain('stopped at cell 1 of 2 (`1/0`)');
    expect(await books.gave('e.out.ipynb')).toEqual(['ZeroDivisionError', null]);
  });

  test('6 for a cell and for all, with what was printed until then', async () => {
    await books.put('t.ipynb', ['import time', 'print("begun", flush=True)\ntime.sleep(30)', '1']);
    const cell = await report('t.ipynb', '-t', '1');
    expect(cell).toMatchObject({ error: { code: 1203, exit: 6 }, data: { failed: { cell: 2 } } });
    expect(cell.error.message).toContain('interrupted after 1 s');
    const { cells } = await books.read('t.out.ipynb');
    expect(cells[1]?.outputs).toMatchObject([{ text: ['begun\n'] }, { ename: 'KeyboardInterrupt' }]);
    const all = await run('t.ipynb', '--total-timeout', '1s');
    expect(all).toMatchObject({ code: 6, stderr: expect.stringContaining('stopped after 1 s in all') });
    // allowed errors are those of the code, not the end of its time
    expect((await run('t.ipynb', '--allow-errors', '-t', '1')).code).toBe(6);
  });

  test('130 for Ctrl-C: the cell is interrupted, its output and the error are saved, the rest did not run', async () => {
    const ran = await cli.call(['notebook', 'run', 't.ipynb'], {
      watch: ({ stdout }, signal) => stdout.includes('begun') && signal('SIGINT'),
    });
    expect(ran.code).toBe(130);
    const { cells } = await books.read('t.out.ipynb');
    expect(cells[1]?.outputs).toMatchObject([{ text: ['begun\n'] }, { ename: 'KeyboardInterrupt' }]);
    expect(cells[2]).toMatchObject({ outputs: [], execution_count: null });
  });

  test('`exit()` ends the run as it ends a run: 0 well, another number not', async () => {
    await books.put('x.ipynb', ['print("a")', 'exit()', 'print("never")']);
    const well = await report('x.ipynb');
    expect(well).toMatchObject({ success: true, data: { failed: null, counts: { ran: 2 } } });
    expect(well.data.cells.at(-1).status).toBe('pending');
    await books.put('x.ipynb', ['import sys; sys.exit(3)', 'print("never")']);
    const ill = await cli.json(['run', '--json', '-f', 'x.ipynb']);
    expect(ill).toMatchObject({ success: false, exitCode: 3, error: { name: 'SystemExit', exit: 5 } });
  });

  test('2 for what cannot be meant, before anything runs', async () => {
    await writeFile(join(cli.home, 'three.ipynb'), '{"nbformat":3,"worksheets":[]}');
    for (const [args, said] of [
      [['three.ipynb'], 'a notebook of format 3'],
      [['p.yaml'], 'is no notebook'],
      [['p.ipynb', '-p', 'lr'], 'parameter `lr` has no value'],
      [['p.ipynb', '--resume', '--new-kernel'], '`--resume` goes on in the kernel of the last run'],
      [['p.ipynb', '--resume', '--from', '2'], '--from'],
      [['p.ipynb', '--from', '9'], 'there is no cell 9'],
      [['p.ipynb', '--only', 'nope'], 'no cell that can run has the tag `nope`'],
      [['p.ipynb', '--output', 'a', '--in-place'], '--in-place'],
    ] as const) {
      const ran = await run(...args);
      expect([args, ran.code, ran.stdout]).toEqual([args, 2, '']);
      expect(ran.stderr).toContain(said);
    }
    const asRun = await cli.call(['run', '-f', 'p.ipynb', '--max-output', '1k']);
    expect(asRun).toMatchObject({ code: 2, stderr: expect.stringContaining('it holds the whole output itself') });
    expect((await run('missing.ipynb')).code).toBe(1);
    expect((await run('p.ipynb', '--output', 'no/such/folder/x.ipynb')).stderr).toContain('there is no folder');
  });
});

describe('files', () => {
  test('in place: mode, link and what did not run stay as they were', async () => {
    await books.put('real.ipynb', ['print("x")']);
    await chmod(join(cli.home, 'real.ipynb'), 0o640);
    await symlink('real.ipynb', join(cli.home, 'link.ipynb'));
    expect((await run('link.ipynb', '--in-place')).code).toBe(0);
    expect((await stat(join(cli.home, 'real.ipynb'))).mode & 0o777).toBe(0o640);
    expect(await books.gave('real.ipynb')).toEqual(['x\n']);
    expect(await readdir(cli.home)).not.toContain('link.out.ipynb');
  });

  test('secrets are in no notebook, also not cut in two, and not in the history', async () => {
    await books.put('s.ipynb', [
      { source: 'key = "d"', tags: ['parameters'] },
      'import os, time\nsecret = os.environ["KEY"]\nprint(secret[:6], end="", flush=True); time.sleep(.3); print(secret[6:])',
      'from IPython.display import HTML, display\ndisplay(HTML("<b>" + secret)); raise ValueError(secret)',
    ]);
    const ran = await cli.call(
      ['notebook', 'run', 's.ipynb', '--json', '--secret', 'KEY', '-p', 'key=hunter2hunter2'],
      {
        env: { KEY: 'hunter2hunter2' },
      },
    );
    const { text } = await books.read('s.out.ipynb');
    expect(text).not.toContain('hunter2hunter2');
    expect(text).toContain('***');
    expect(ran.stdout + ran.stderr).not.toContain('hunter2hunter2');
    expect((await cli.call(['logs', '--json'])).stdout).not.toContain('hunter2hunter2');
  });

  test('each cell stands in the history, with its notebook and place', async () => {
    await books.put('h.ipynb', ['hist = 1', 'print("history")']);
    await run('h.ipynb');
    const { data } = await cli.json(['logs', '--json', '-n', '2']);
    expect(data).toMatchObject([
      { notebook: 'h.ipynb', cell: 2, code: 'print("history")', stdout: 'history\n', mode: 'kernel' },
      { notebook: 'h.ipynb', cell: 1, code: 'hist = 1' },
    ]);
  });

  test('a notebook without code is written and asks nobody', async () => {
    await books.put('n.ipynb', ['', { source: '1', tags: ['skip'] }]);
    const ran = await report('n.ipynb');
    expect(ran).toMatchObject({ success: true, data: { session: null, counts: { ran: 0, skipped: 2 } } });
    expect((await books.read('n.out.ipynb')).cells).toHaveLength(2);
  });
});

test('an output that another run writes is refused, by whatever name; a kill leaves nothing behind', async () => {
  await books.put('two.ipynb', ['print("begun", flush=True)\nimport time; time.sleep(60)']);
  await symlink(cli.home, join(cli.home, 'there'));
  let second: ReturnType<typeof run> | null = null;
  const first = await cli.call(['notebook', 'run', 'two.ipynb', '--new-kernel'], {
    watch: ({ stdout }, signal) => {
      if (!stdout.includes('begun')) return;
      second ??= run('t.ipynb', '--output', 'there/two.out.ipynb').finally(() => signal('SIGKILL'));
    },
  });
  expect(first.code).toBeNull();
  const refused = await (second as ReturnType<typeof run> | null);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused?.stderr).toMatch(/another `notebook run` \(process \d+, since .*\) is writing `.*two\.out\.ipynb`/);
  await books.put('two.ipynb', ['print("free")']);
  expect(await run('two.ipynb')).toMatchObject({ code: 0, stdout: 'free\n' });
}, 60_000);

describe('kernels', () => {
  test('the session keeps what the notebook defined; a kernel of its own knows nothing of it and is removed', async () => {
    await books.put('k.ipynb', ['print("mine" in dir())', 'mine = 1']);
    await run('k.ipynb');
    expect(await run('k.ipynb')).toMatchObject({ code: 0, stdout: 'True\n' });
    const before = await kernels();
    expect(await run('k.ipynb', '--new-kernel')).toMatchObject({ code: 0, stdout: 'False\n' });
    expect(await kernels()).toBe(before);
  });

  test('it is removed after Ctrl-C too', async () => {
    const before = await kernels();
    const ran = await cli.call(['notebook', 'run', 't.ipynb', '--new-kernel', '--json-lines'], {
      watch: ({ stdout }, signal) => stdout.includes('begun') && signal('SIGINT'),
    });
    expect([ran.code, await kernels()]).toEqual([130, before]);
    expect(ran.stdout).toContain('"the code was interrupted"');
    expect(ran.stdout + ran.stderr).not.toMatch(/are kept|--resume/);
  });
});

test('parts: from a cell on, and by tag, keeping what the others gave before', async () => {
  await books.put('f.ipynb', [
    'n = 1; print("one")',
    'print("two", n)',
    { source: 'print("three", n)', tags: ['eval'] },
  ]);
  await run('f.ipynb');
  expect((await run('f.ipynb', '--from', '2')).stdout).toBe('two 1\nthree 1\n');
  await cli.call(['run', '-k', 'n = 5']);
  expect((await run('f.ipynb', '--only', 'eval')).stdout).toBe('three 5\n');
  expect(await books.gave('f.out.ipynb')).toEqual(['one\n', 'two 1\n', 'three 5\n']);
});
