import { expect, test } from 'vitest';
import type { CellOutput, NotebookCell, NotebookDocument } from '../../../src/core/notebook-document.ts';
import { notebookMarkdown } from '../../../src/notebook/markdown.ts';

const notebook = (...cells: NotebookCell[]): NotebookDocument => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells,
});
const code = (source: string, ...outputs: CellOutput[]): NotebookCell => ({
  cell_type: 'code',
  id: 'c',
  metadata: {},
  execution_count: 1,
  source,
  outputs,
});
const shown = (data: Record<string, unknown>): CellOutput => ({ output_type: 'display_data', data, metadata: {} });
const page = (...cells: NotebookCell[]) => notebookMarkdown(notebook(...cells), 'my page');
const text = (value: string): NotebookCell => ({ cell_type: 'markdown', id: 'm', metadata: {}, source: value });

test('code in fences, text as it is', () => {
  expect(page(text('# Title'), code('print(1)', { output_type: 'stream', name: 'stdout', text: '1\n' })).text).toBe(
    '# Title\n\n```python\nprint(1)\n```\n\n```text\n1\n```\n',
  );
});

test('a fence is longer than any inside', () => {
  expect(page(code("s = '''\n````\n'''")).text).toBe("`````python\ns = '''\n````\n'''\n`````\n");
});

test('colours and what was overwritten are left out', () => {
  const output: CellOutput = { output_type: 'stream', name: 'stderr', text: '\u001b[31m 10%\r100%\u001b[0m\r\nab\r\n' };
  expect(page(code('', output)).text).toBe('```text\n100%\nab\n```\n');
});

test('images are files beside the page', () => {
  const { text: made, files } = page(
    code('plot()', shown({ 'image/png': 'iVBORw0KGgo=', 'text/plain': '<Figure size 1>' })),
    code('', shown({ 'image/svg+xml': ['<svg>', '</svg>'], 'text/plain': 'a [drawing]\nof me' })),
  );
  expect(made).toBe(
    '```python\nplot()\n```\n\n![image](my%20page_files/1-1.png)\n\n![a drawing of me](my%20page_files/2-1.svg)\n',
  );
  expect([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('latin1')])).toEqual([
    ['my page_files/1-1.png', '\u0089PNG\r\n\u001a\n'],
    ['my page_files/2-1.svg', '<svg></svg>'],
  ]);
});

test('attachments too, by plain and by encoded names', () => {
  const cell: NotebookCell = {
    ...text('![x](attachment:a%20b.png) ![y](attachment:../c.png)'),
    cell_type: 'markdown',
    attachments: { 'a b.png': { 'image/png': 'AAAA' }, '../c.png': { 'image/png': 'AAAA' } },
  };
  const { text: made, files } = page(cell);
  expect(made).toBe('![x](my%20page_files/1-a-b.png) ![y](my%20page_files/1--c.png)\n');
  expect([...files.keys()]).toEqual(['my page_files/1-a-b.png', 'my page_files/1--c.png']);
});

test('of several forms the best one is shown', () => {
  expect(page(code('', shown({ 'text/plain': 'p', 'text/html': '<b>h</b>' }))).text).toBe('<b>h</b>\n');
  expect(page(code('', shown({ 'text/plain': 'p', 'text/latex': '$x$' }))).text).toBe('$x$\n');
  expect(page(code('', shown({ 'text/plain': 'p', 'application/json': {} }))).text).toBe('```text\np\n```\n');
  expect(page(code('', shown({ 'application/x-unknown': '' }))).text).toBe('\n');
});

test('errors by their traceback, and by name where there is none', () => {
  const error: CellOutput = {
    output_type: 'error',
    ename: 'E',
    evalue: 'v',
    traceback: ['\u001b[31mline\u001b[0m', 'E: v'],
  };
  expect(page(code('', error)).text).toBe('```text\nline\nE: v\n```\n');
  expect(page(code('', { ...error, traceback: [] })).text).toBe('```text\nE: v\n```\n');
});

test('raw cells for other formats stay behind', () => {
  const raw = (metadata: Record<string, unknown>): NotebookCell => ({
    cell_type: 'raw',
    id: 'r',
    metadata,
    source: 'raw',
  });
  expect(page(raw({})).text).toBe('raw\n');
  expect(page(raw({ raw_mimetype: 'text/latex' })).text).toBe('\n');
});

test('an output of a kind that came later does not end it', () => {
  expect(page(code('x', { output_type: 'hologram' } as unknown as CellOutput)).text).toBe('```python\nx\n```\n');
});
