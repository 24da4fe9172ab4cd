import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { NotebookDocument } from '../../../src/core/notebook-document.ts';
import { injectParameters, takesParameters } from '../../../src/notebook/inject-parameters.ts';
import { parseParameterFile } from '../../../src/notebook/parameter-file.ts';
import { parametersObject, parseParameter } from '../../../src/notebook/parameters.ts';
import { pythonLiteral } from '../../../src/notebook/python-literal.ts';

const typed = (text: string) => pythonLiteral(parseParameter(`x=${text}`)[1]);

describe('a value on the command line', () => {
  test.each([
    ['True', 'True'],
    ['False', 'False'],
    ['None', 'None'],
    ['true', '"true"'],
    ['none', '"none"'],
    ['', '""'],
    ['7', '7'],
    ['-7', '-7'],
    ['+7', '7'],
    ['007', '7'],
    ['1_000', '1000'],
    [' 5 ', '5'],
    ['-0', '0'],
    ['12345678901234567890', '12345678901234567890'],
    ['0.5', '0.5'],
    ['.5', '0.5'],
    ['5.', '5.0'],
    ['1.0', '1.0'],
    ['1e3', '1000.0'],
    ['1e22', '1e+22'],
    ['1e400', "float('inf')"],
    ['nan', "float('nan')"],
    ['inf', "float('inf')"],
    ['-Infinity', "float('-inf')"],
    ['0x10', '"0x10"'],
    ['1__0', '"1__0"'],
    ['1,2', '"1,2"'],
    ['a=b', '"a=b"'],
    ['[1]', '"[1]"'],
  ])('%j is %s', (text, literal) => {
    expect(typed(text)).toBe(literal);
  });

  test('names that are none in Python, and pairs without a value, are refused', () => {
    for (const pair of ['1x=2', 'a b=1', '=1', 'a-b=1', 'x']) expect(() => parseParameter(pair)).toThrow(/`/);
    expect(parseParameter('größe=1')).toEqual(['größe', 1]);
  });
});

describe('literals', () => {
  const values: unknown[] = [
    null,
    true,
    0,
    -1.5,
    1e-7,
    1e21,
    'plain',
    'quote " and \' and \\ and {x}',
    'lines\n\r\t\f\u0000\u001f\u007f',
    'é €  漢 🎉 \u0080 \u00ff',
    [],
    {},
    [1, ['a', null], { 'k "': [true], é: 2 }],
  ];

  test('mean the same to Python', () => {
    const program = 'import ast,json,sys; print(json.dumps([ast.literal_eval(t) for t in json.load(sys.stdin)]))';
    const answer = execFileSync(process.env.LECODER_TEST_PYTHON ?? 'python3', ['-c', program], {
      input: JSON.stringify(values.map(pythonLiteral)),
      encoding: 'utf8',
    });
    expect(JSON.parse(answer)).toEqual(values);
  });

  test('are ASCII on one line', () => {
    for (const value of values) expect(pythonLiteral(value)).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('a file of parameters', () => {
  test('whole numbers stay whole, floats stay floats', () => {
    const text =
      'n: 3\nlr: 1.0\nbig: 12345678901234567890\nnames: [a, "2"]\nopt: {beta: .9, on: true}\nday: 2026-01-02\nno: null\ni: .inf\n';
    const values = parseParameterFile(text, 'p.yaml');
    expect([...values].map(([name, value]) => `${name}=${pythonLiteral(value)}`)).toEqual([
      'n=3',
      'lr=1.0',
      'big=12345678901234567890',
      'names=["a", "2"]',
      'opt={"beta": 0.9, "on": True}',
      'day="2026-01-02"',
      'no=None',
      "i=float('inf')",
    ]);
    expect(parametersObject(values)).toMatchObject({ n: 3, lr: 1, names: ['a', '2'], no: null });
  });

  test('JSON is read too', () => {
    expect([...parseParameterFile('{"a": 1, "b": [1.5, "x"]}', 'p.json')]).toEqual([
      ['a', 1],
      ['b', [1.5, 'x']],
    ]);
    expect(parseParameterFile('', 'p.yaml').size).toBe(0);
  });

  test.each(['[1, 2]', 'just text', 'a: [', '1x: 2'])('%j is refused', text => {
    expect(() => parseParameterFile(text, 'p.yaml')).toThrow(/`/);
  });
});

describe('the cell that sets them', () => {
  const notebook = (...tags: string[]): NotebookDocument => ({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: tags.map((tag, index) => ({
      cell_type: 'code',
      id: `c${index}`,
      metadata: tag === '' ? {} : { tags: [tag] },
      source: tag,
      execution_count: null,
      outputs: [],
    })),
  });
  const set = new Map<string, unknown>([
    ['lr', 0.1],
    ['name', 'x'],
  ]);
  const places = (given: NotebookDocument) =>
    injectParameters(given, set).cells.map(({ source }) => source.split('\n')[0]);

  test('stands below the one tagged `parameters`', () => {
    expect(places(notebook('', 'parameters', ''))).toEqual(['', 'parameters', '# Parameters', '']);
  });

  test('stands on top where there is none', () => {
    expect(takesParameters(notebook(''))).toBe(false);
    expect(places(notebook('', ''))).toEqual(['# Parameters', '', '']);
  });

  test('takes the place of the one of an earlier run', () => {
    expect(places(notebook('parameters', '', 'injected-parameters', ''))).toEqual([
      'parameters',
      '',
      '# Parameters',
      '',
    ]);
    expect(injectParameters(injectParameters(notebook('parameters'), new Map([['a', 1]])), set).cells[1]?.source).toBe(
      '# Parameters\nlr = 0.1\nname = "x"\n',
    );
  });

  test('is tagged, and nothing is put in without parameters', () => {
    expect(injectParameters(notebook('parameters'), set).cells[1]?.metadata).toEqual({ tags: ['injected-parameters'] });
    const given = notebook('parameters');
    expect(injectParameters(given, new Map())).toBe(given);
  });
});
