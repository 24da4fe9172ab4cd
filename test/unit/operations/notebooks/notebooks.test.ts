import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '../../../../src/core/failure.ts';
import { saveFile } from '../../../../src/operations/files/save-file.ts';
import { notebookName } from '../../../../src/operations/notebooks/create-notebook.ts';
import { fileName } from '../../../../src/operations/notebooks/download-notebook.ts';
import { driveId, notebookAddress } from '../../../../src/operations/notebooks/notebook-address.ts';
import { notebookTemplate, TEMPLATES } from '../../../../src/operations/notebooks/notebook-templates.ts';
import { acceleratorOf } from '../../../../src/operations/notebooks/open-notebook.ts';
import { runProgram } from '../../../support/run-program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lecoder-notebooks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ID = '1aB-cD_eF0123456789aBcDeFgHiJkLmN';

test.each([
  ID,
  ` ${ID} `,
  `https://colab.research.google.com/drive/${ID}`,
  `https://colab.research.google.com/drive/${ID}?usp=sharing#scrollTo=abc`,
  `https://colab.research.google.com/u/1/drive/${ID}`,
  `https://colab.sandbox.google.com/drive/${ID}`,
  `colab.research.google.com/drive/${ID}`,
  `https://drive.google.com/file/d/${ID}`,
  `https://drive.google.com/file/d/${ID}/view?usp=drive_link`,
  `https://drive.google.com/file/u/0/d/${ID}/edit`,
  `https://drive.google.com/open?id=${ID}`,
  `https://drive.google.com/open?authuser=1&id=${ID}`,
])('%s is a notebook in Drive', word => {
  expect(driveId(word)).toBe(ID);
  expect(notebookAddress(word.trim(), () => false)).toEqual({ kind: 'drive', id: ID });
});

test.each([
  'x',
  'my notebook.ipynb',
  `https://example.com/drive/${ID}`,
  `https://colab.research.google.com.evil.example/drive/${ID}`,
  `https://evil.example/colab.research.google.com/drive/${ID}`,
  'https://colab.research.google.com/github/googlecolab/colabtools/blob/main/notebooks/x.ipynb',
  'https://colab.research.google.com/drive/',
  `https://drive.google.com/drive/folders/${ID}`,
  `https://drive.google.com/file/d/..%2F${ID}`,
])('%s is none', word => {
  expect(() => driveId(word)).toThrow(Failure);
});

test('a file that is there is meant, whatever it is called', () => {
  expect(notebookAddress(ID, path => path === ID)).toEqual({ kind: 'file', path: ID });
  expect(notebookAddress('gone.ipynb', () => false)).toEqual({ kind: 'file', path: 'gone.ipynb' });
});

test.each([
  ['one', 'one.ipynb'],
  [' Ünï 日本 📓 ', 'Ünï 日本 📓.ipynb'],
  ['two.IPYNB', 'two.IPYNB'],
  ['v1.2', 'v1.2.ipynb'],
])('%j becomes %j in Drive', (name, made) => {
  expect(notebookName({ name, from: null })).toBe(made);
});

test('a local file lends its name', () => {
  expect(notebookName({ name: null, from: '/data/x.ipynb' })).toBe('x.ipynb');
  for (const from of [null, '-']) expect(() => notebookName({ name: null, from })).toThrow('needs a name');
  expect(() => notebookName({ name: ' ', from: 'x.ipynb' })).toThrow('needs a name');
});

test.each([
  ['x.ipynb', 'linux', 'x.ipynb'],
  ['made in Colab', 'linux', 'made in Colab.ipynb'],
  ['../../etc/passwd', 'linux', '.._.._etc_passwd.ipynb'],
  ['a/b\\c\u0000\n.ipynb', 'linux', 'a_b_c__.ipynb'],
  ['a: "b"?', 'win32', 'a_ _b__.ipynb'],
  ['NUL', 'win32', '_NUL.ipynb'],
  ['con.old', 'win32', '_con.old.ipynb'],
  ['console', 'win32', 'console.ipynb'],
  ['NUL', 'linux', 'NUL.ipynb'],
  ['..', 'linux', 'notebook.ipynb'],
  ['.ipynb', 'linux', 'notebook.ipynb'],
  ['日'.repeat(99), 'linux', `${'日'.repeat(66)}.ipynb`],
] as const)('%j is saved on %s as %j', (name, platform, file) => {
  expect(fileName(name, platform)).toBe(file);
});

test.each([
  [{}, null],
  [{ accelerator: 'GPU' }, { kind: 'GPU', model: null }],
  [
    { accelerator: 'GPU', colab: { gpuType: 'A100' } },
    { kind: 'GPU', model: 'A100' },
  ],
  [
    { accelerator: 'TPU', colab: { gpuType: 'V5E1' } },
    { kind: 'TPU', model: 'V5E1' },
  ],
  [{ accelerator: 'None', colab: { gpuType: 'T4' } }, null],
  [{ colab: { gpuType: 'T4' } }, null],
  [
    { accelerator: 'GPU', colab: { gpuType: '--strict x' } },
    { kind: 'GPU', model: null },
  ],
  [{ accelerator: ['GPU'], colab: 7 }, null],
])('%j asks for %j', (metadata, wish) => {
  expect(acceleratorOf(metadata)).toEqual(wish);
});

test('a file is replaced as a whole, keeps its mode, and nothing is left beside it', async () => {
  const path = join(folder, 'kept.ipynb');
  await writeFile(path, 'before', { mode: 0o640 });
  await saveFile(path, Buffer.from('after'), 'x');
  expect(await readFile(path, 'utf8')).toBe('after');
  expect((await stat(path)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o640);
  await expect(saveFile(join(folder, 'no', 'x.ipynb'), Buffer.from(''), 'x')).rejects.toThrow('there is no folder');
  expect((await readdir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([]);
});

/** Runs the code cells of a notebook one after another in one namespace and notes what each printed. */
const RUN_CELLS = `
import contextlib, io, json, sys
names, said = {}, []
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec("".join(cell["source"]), names)
        said.append(out.getvalue())
print(json.dumps(said))
`;

test.each(TEMPLATES)('template %s is a notebook of format 4.5 whose cells run on a plain machine', async template => {
  const path = join(folder, `${template}.ipynb`);
  await writeFile(path, notebookTemplate(template, 'Mine "1".ipynb'));
  const notebook = JSON.parse(await readFile(path, 'utf8'));
  const ids = notebook.cells.map(({ id }: { id: string }) => id);
  expect([notebook.nbformat, notebook.nbformat_minor]).toEqual([4, 5]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id: string) => !/^[\w-]{1,64}$/.test(id))).toEqual([]);
  expect(notebook.metadata.accelerator).toBe({ default: undefined, gpu: 'GPU', tpu: 'TPU' }[template]);
  expect(notebook.metadata.colab.name).toBe('Mine "1".ipynb');
  const python = process.env.LECODER_TEST_PYTHON ?? 'python3';
  const ran = await runProgram(python, ['-c', RUN_CELLS, path], {
    env: { PATH: '', SystemRoot: process.env.SystemRoot ?? '' },
    cwd: folder,
  });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const said: string[] = JSON.parse(ran.stdout);
  expect(said).toHaveLength(template === 'default' ? 1 : 3);
  for (const text of said) expect(text.trim()).not.toBe('');
});
