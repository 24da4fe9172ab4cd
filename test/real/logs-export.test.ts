import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { startNbformat } from '../support/nbformat-oracle.ts';
import { notebooksIn } from '../support/notebooks.ts';

let cli: Cli;
let books: ReturnType<typeof notebooksIn>;
const nbformat = startNbformat();

beforeAll(async () => {
  cli = await makeCli();
  books = notebooksIn(cli.home);
  const kernel = (code: string) => cli.call(['run', '-k', code]);
  await kernel('x = 6 * 7; print("hi"); x');
  await cli.call(['run', 'printf "%s\\n" "$((1 + 1))"']);
  await kernel('1/0');
  await kernel('from IPython.display import HTML\nHTML("<b>é</b>")');
  await cli.call(['run', '--secret', 'KEY', '-k', 'import os; print(os.environ["KEY"])'], {
    env: { KEY: 'hunter2hunter2' },
  });
}, 120_000);
afterAll(async () => {
  nbformat.close();
  await cli?.close();
});

const text = (name: string) => readFile(join(cli.home, name), 'utf8');
const write = (...args: string[]) => cli.call(['logs', 'export', ...args]);

test('a notebook of all runs with what they gave, in the order of time', async () => {
  const { data } = await cli.json(['logs', 'export', '--notebook', 'all.ipynb', '--json']);
  expect(data).toEqual({ file: join(cli.home, 'all.ipynb'), format: 'ipynb', runs: 5, commented: 0 });
  const { text: whole, cells } = await books.read('all.ipynb');
  expect(await nbformat.ask([whole])).toEqual([{ written: whole, valid: true }]);
  expect(cells.map(({ source }) => source.join(''))).toEqual([
    '## Session local',
    'x = 6 * 7; print("hi"); x',
    '%%bash\nprintf "%s\\n" "$((1 + 1))"',
    '1/0',
    'from IPython.display import HTML\nHTML("<b>é</b>")',
    'import os; print(os.environ["KEY"])',
  ]);
  const gave = await books.gave('all.ipynb');
  expect(gave).toEqual(['hi\n|42', '2\n', 'ZeroDivisionError', '<IPython.core.display.HTML object>', '***\n']);
  expect(whole).not.toContain('hunter2hunter2');
});

test('a script: what failed is a comment, the rest runs with a plain Python', async () => {
  const ran = await write('--notebook', 'redo.py');
  expect(ran.stderr).toContain('1 of 5 runs did not succeed');
  expect(await text('redo.py')).toMatch(/not run: it failed \(ZeroDivisionError\)\n# 1\/0\n/);
  const { stdout, status } = spawnSync(process.env.LECODER_TEST_PYTHON ?? 'python3', ['redo.py'], {
    cwd: cli.home,
    encoding: 'utf8',
    env: { ...cli.env, KEY: 'given', PYTHONUNBUFFERED: '1' },
  });
  expect([status, stdout]).toEqual([0, 'hi\n2\ngiven\n']);
});

test('that notebook runs, and gives the same', async () => {
  const good = ['logs', 'export', '--notebook', 'good.ipynb', '--status', 'ok', '-n', '3', '-f'];
  await cli.call(['run', '-k', 'y = 5; print("kept", y)']);
  expect((await cli.call([...good, '--since', '1h'])).code).toBe(0);
  const before = await books.gave('good.ipynb');
  expect(before.at(-1)).toBe('kept 5\n');
  const ran = await cli.call(['notebook', 'run', 'good.ipynb', '--new-kernel', '-e', 'KEY=***']);
  expect(ran.code).toBe(0);
  expect(await books.gave('good.out.ipynb')).toEqual(before);
});

test('a page', async () => {
  await write('--notebook', 'page.md', '--mode', 'terminal');
  expect(await text('page.md')).toBe(
    '## Session local\n\n```python\n%%bash\nprintf "%s\\n" "$((1 + 1))"\n```\n\n```text\n2\n```\n',
  );
});

test('runs of one session alone, here and in the list', async () => {
  expect((await cli.call(['connect', '-n', 'other', '--no-shell'])).code).toBe(0);
  await cli.call(['run', '-s', 'other', '-k', 'print("elsewhere")']);
  const { data } = await cli.json(['logs', 'export', '-s', 'other', '--notebook', 'other.ipynb', '--json']);
  expect(data.runs).toBe(1);
  const list = await cli.json(['logs', '-s', 'other', '--json']);
  expect(list.data.map(({ code }: { code: string }) => code)).toEqual(['print("elsewhere")']);
  expect((await cli.json(['logs', 'stats', '-s', 'other', '--json'])).totalExecutions).toBe(1);
  expect((await cli.call(['logs', '-s', 'othr'])).stderr).toContain('did you mean `--session other`?');
});

test('a file of the user is replaced only when that is said, and wrong words are refused', async () => {
  await writeFile(join(cli.home, 'mine.py'), 'precious');
  const kept = await write('--notebook', 'mine.py');
  expect([kept.code, await text('mine.py')]).toEqual([2, 'precious']);
  expect((await write('--notebook', 'mine.py', '-f')).code).toBe(0);
  expect((await write('--notebook', 'x.txt')).stderr).toContain('ends in .ipynb, .md or .py');
  expect((await write()).stderr).toContain('where to is not said');
  expect((await write('--notebook', 'x.py', '--status', 'abort')).stderr).toContain('no run in the history fits');
});
