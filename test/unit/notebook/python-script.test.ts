import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pythonScript, type ScriptPart } from '../../../src/notebook/python-script.ts';

/** Runs the script with a plain Python that has IPython. */
function run(parts: readonly ScriptPart[]): { readonly stdout: string; readonly status: number | null } {
  const python = process.env.LECODER_TEST_PYTHON ?? 'python3';
  const env = { ...process.env, IPYTHONDIR: process.env.TMPDIR ?? '/tmp' };
  const { stdout, status } = spawnSync(python, ['-'], { input: pythonScript([], parts), encoding: 'utf8', env });
  return { stdout, status };
}

const python = (code: string): ScriptPart => ({ kind: 'python', title: '', code });

test('plain cells stand as they are', () => {
  expect(pythonScript(['Made of cells', ''], [{ kind: 'text', text: '# Title\n\ntext' }, python('x = 1\n\n')])).toBe(
    '# Made of cells\n#\n\n# %% [markdown]\n# # Title\n#\n# text\n\n# %%\nx = 1\n',
  );
});

test('a script of plain cells needs nothing but Python', () => {
  expect(pythonScript([], [python('print("a % b")\nx %= 3\na != b')])).not.toContain('IPython');
});

test('what only IPython understands runs with a plain `python`, in the names of the script', () => {
  const parts = [
    python('x = 6\nimport asyncio'),
    python('%env LECODER_PROBE=é\ny = x * 7'),
    python('await asyncio.sleep(0)\nprint("awaited", y)'),
    python('files = !printf "a\\nb\\n"\nprint(files)'),
    python('%%capture held\nprint("held")'),
    python('import os\nprint(os.environ["LECODER_PROBE"], held.stdout.strip())'),
    python('get_ipython().run_cell("print(\'by hand\')")\nNone'),
    python("text = '''\n%not a magic\n'''"),
    python('print(text.strip(), "\\\\ \\n".strip())'),
  ];
  const { stdout, status } = run(parts);
  expect(stdout.trim().split('\n')).toEqual([
    'env: LECODER_PROBE=é',
    'awaited 42',
    "['a', 'b']",
    'é held',
    'by hand',
    '%not a magic \\',
  ]);
  expect(status).toBe(0);
});

test('commands run in bash, also those of several lines and with quotes', () => {
  const shell = (code: string): ScriptPart => ({ kind: 'shell', title: 'now', code });
  const { stdout, status } = run([
    shell('echo "$((6 * 7))" \'é\\n\''),
    shell('for i in {1..2}\ndo\n  echo "$i"\ndone\n'),
  ]);
  expect(stdout).toBe('42 é\\n\n1\n2\n');
  expect(status).toBe(0);
});

test('a failing cell ends the script, one that is dead does not', () => {
  expect(run([{ kind: 'dead', title: 'it failed', code: '1/0\nx' }, python('print("on")')])).toEqual({
    stdout: 'on\n',
    status: 0,
  });
  expect(run([python('%time 1/0'), python('print("not reached")')])).toMatchObject({ status: 1 });
  expect(run([{ kind: 'shell', title: '', code: 'exit 3' }, python('print("not reached")')])).toEqual({
    stdout: '',
    status: 1,
  });
});
