import { spawnSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const NOTEBOOK = {
  cells: [
    { cell_type: 'markdown', id: 't', metadata: {}, source: ['# Tïtle\n', 'text'] },
    {
      ...{ cell_type: 'code', id: 'c', metadata: {}, execution_count: 1 },
      source: ['open("ran", "w")\n', '6 * 7'],
      outputs: [
        { output_type: 'stream', name: 'stdout', text: ['shöwn\n'] },
        { output_type: 'display_data', data: { 'image/png': PNG, 'text/plain': ['<Figure>'] }, metadata: {} },
        { output_type: 'execute_result', data: { 'text/plain': ['42'] }, metadata: {}, execution_count: 1 },
      ],
    },
  ],
  metadata: { language_info: { name: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
};
/** No Python is there, so this machine has no nbconvert. */
const NO_PYTHON = { PATH: '/nonexistent' };

let cli: Cli;
const put = (name: string, notebook: object = NOTEBOOK) => writeFile(join(cli.home, name), JSON.stringify(notebook));
const text = (name: string) => readFile(join(cli.home, name), 'utf8');
const run = (args: readonly string[], env: Record<string, string> = {}) =>
  cli.call(['notebook', 'export', ...args], { env });

beforeAll(async () => {
  cli = await makeCli();
  await put('a.ipynb');
});
afterAll(() => cli?.close());

describe('without nbconvert', () => {
  test('a page of Markdown with its images, and a script', async () => {
    const { data } = await cli.json(['notebook', 'export', 'a.ipynb', '--to', 'py,md', '--json'], { env: NO_PYTHON });
    expect(data.files).toMatchObject([
      { input: 'a.ipynb', format: 'md', output: join(cli.home, 'a.md'), images: 1, by: 'lecoder-cgpu' },
      { format: 'py', output: join(cli.home, 'a.py'), images: 0, by: 'lecoder-cgpu' },
    ]);
    expect(await text('a.md')).toContain('```text\nshöwn\n```\n\n![image](a_files/2-2.png)\n\n```text\n42\n```\n');
    expect((await readFile(join(cli.home, 'a_files', '2-2.png'))).toString('base64')).toBe(PNG);
    expect(await text('a.py')).toContain('# %% [markdown]\n# # Tïtle\n# text\n\n# %%\nopen("ran", "w")\n6 * 7\n');
  });

  test('what is missing is named, with what to install where', async () => {
    const ran = await run(['a.ipynb', '--to', 'html', '--json'], NO_PYTHON);
    expect(ran.code).toBe(5);
    expect(JSON.parse(ran.stdout).error).toMatchObject({
      ...{ code: 1205, category: 'import', suggestion: 'pip install nbconvert' },
      message: 'HTML is made by nbconvert, and this machine has no nbconvert',
    });
    const pdf = await run(['a.ipynb', '--to', 'pdf'], NO_PYTHON);
    expect(pdf.stderr).toContain('playwright install chromium');
    expect(pdf.stderr).toContain('xelatex');
  });
});

describe('with nbconvert on this machine', () => {
  test('HTML that holds it all; nothing is run', async () => {
    await mkdir(join(cli.home, 'trap'));
    await writeFile(join(cli.home, 'trap', 'base64.py'), 'raise SystemExit("a file of the folder one is in")');
    const args = ['notebook', 'export', '../a.ipynb', '--output-dir', '../pages/deep'];
    const ran = await cli.call(args, { cwd: join(cli.home, 'trap') });
    expect(ran).toMatchObject({ code: 0, stdout: `${join(cli.home, 'pages', 'deep', 'a.html')}\n` });
    const page = await text('pages/deep/a.html');
    for (const part of ['<title>a</title>', 'Tïtle', 'shöwn', `data:image/png;base64,${PNG}`])
      expect(page).toContain(part);
    await expect(stat(join(cli.home, 'ran'))).rejects.toThrow('ENOENT');
  });

  test('a file that is there is replaced only with `--force`', async () => {
    await writeFile(join(cli.home, 'a.py'), 'mine');
    const kept = await run(['a.ipynb', '--to', 'py']);
    expect([kept.code, await text('a.py')]).toEqual([2, 'mine']);
    expect(kept.stderr).toContain('is there already');
    expect((await run(['a.ipynb', '--to', 'py', '-f'])).code).toBe(0);
    expect(await text('a.py')).toContain('Tïtle');
  });

  test('what it cannot convert it says', async () => {
    const [markdown] = NOTEBOOK.cells;
    await put('odd.ipynb', { ...NOTEBOOK, cells: [{ ...markdown, source: ['![x](attachment:gone.png)'] }] });
    const ran = await run(['odd.ipynb']);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('nbconvert on this machine cannot make HTML of `odd`');
    expect(ran.stderr).toContain('gone.png');
  });
});

describe('with nbconvert on the runtime alone', () => {
  let server: TestServer;
  let remote: Record<string, string>;
  beforeAll(async () => {
    server = await startJupyter();
    remote = {
      LECODER_RUNTIME: 'jupyter',
      JUPYTER_SERVER_URL: server.url.href,
      JUPYTER_TOKEN: server.token,
      ...NO_PYTHON,
    };
  }, 60_000);
  afterAll(() => server?.stop());

  test('no machine is asked for; the one in use does it', async () => {
    expect((await run(['a.ipynb', '--output-dir', 'there'], remote)).code).toBe(5);
    expect((await cli.call(['run', 'true'], { env: remote })).code).toBe(0);
    const { data } = await cli.json(['notebook', 'export', 'a.ipynb', '--output-dir', 'there', '--json'], {
      env: remote,
    });
    expect(data.files).toMatchObject([{ by: 'runtime', output: join(cli.home, 'there', 'a.html') }]);
    expect(await text('there/a.html')).toContain('Tïtle');
    await cli.call(['sessions', 'close', '--all', '--force'], { env: remote });
  });
});

describe('refused', () => {
  test.each([
    [['nope.ipynb'], 1, 'there is no file `nope.ipynb`'],
    [['a.ipynb', '--to', 'rtf'], 2, '`--to` takes html, md, py, pdf, not `rtf`'],
    [['a.ipynb', './a.ipynb', '-f'], 2, 'would both become'],
    [['a.md', '--to', 'py', '-f'], 2, 'not a notebook'],
    [[], 2, 'needs local notebooks'],
  ])('%j', async (args, code, why) => {
    const ran = await run(args);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
    expect(ran.stderr).toContain(why);
  });

  test('a script of what is not Python', async () => {
    await put('r.ipynb', { ...NOTEBOOK, metadata: { language_info: { name: 'R' } } });
    expect((await run(['r.ipynb', '--to', 'py'])).stderr).toContain('`r.ipynb` is in r, so it makes no Python script');
  });
});

test('after a run: pages beside the result, and what is missing for one costs no result', async () => {
  await put('run.ipynb', { ...NOTEBOOK, cells: NOTEBOOK.cells.slice(1) });
  const args = ['notebook', 'run', 'run.ipynb', '--export', 'html,md,pdf', '--json'];
  // Nothing beside that Python makes PDF.
  const env = { PATH: dirname(process.env.LECODER_TEST_PYTHON ?? '') };
  expect((await cli.call(['run', '-k', '1'])).code).toBe(0);
  const { success, error, data, warnings } = await cli.json(args, { env });
  expect({ success, error }).toMatchObject({ success: false, error: { code: 1205, exit: 5 } });
  expect(data).toMatchObject({ status: 'ok', exportError: { code: 1205 } });
  expect(data.exports.map(({ output }: { output: string }) => output)).toEqual([
    join(cli.home, 'run.out.html'),
    join(cli.home, 'run.out.md'),
  ]);
  expect(warnings).toEqual([
    'no pdf: PDF is made by nbconvert, and this machine has no xelatex with pandoc, nor playwright',
  ]);
}, 60_000);

test('the script of a notebook does what the notebook does', async () => {
  await put('do.ipynb', {
    ...NOTEBOOK,
    cells: [
      { ...NOTEBOOK.cells[1], source: ['%env LECODER_PROBE=7\n', 'x = !echo six'], outputs: [] },
      { ...NOTEBOOK.cells[1], id: 'd', source: ['import os\n', 'print(x, os.environ["LECODER_PROBE"])'], outputs: [] },
    ],
  });
  expect((await run(['do.ipynb', '--to', 'py'])).code).toBe(0);
  const { stdout } = spawnSync(process.env.LECODER_TEST_PYTHON ?? 'python3', ['do.py'], {
    cwd: cli.home,
    encoding: 'utf8',
    env: { ...cli.env, IPYTHONDIR: join(cli.home, '.ipython') },
  });
  expect(stdout).toBe("env: LECODER_PROBE=7\n['six'] 7\n");
});
