import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readNotebook } from '../../../src/notebook/read-notebook.ts';
import { writeNotebook } from '../../../src/notebook/write-notebook.ts';
import { startNbformat } from '../../support/nbformat-oracle.ts';

const nbformat = startNbformat();
afterAll(() => nbformat.close());

const again = (text: string) => writeNotebook(readNotebook(text, 'x.ipynb'));

const code = (more: object = {}) => ({
  cell_type: 'code',
  id: 'a',
  metadata: {},
  execution_count: null,
  outputs: [],
  source: [],
  ...more,
});
const notebook = (cells: readonly object[], more: object = {}) =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells, ...more });

describe('what is read and written is what nbformat writes, byte for byte', () => {
  const ends = ['\n', '\r', '\r\n', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029', '\u001f'];
  const samples: Record<string, string> = {
    'an empty one': notebook([]),
    'text as one string, and as lines': notebook([code({ source: 'a\nb\n' }), code({ id: 'b', source: ['a\n', 'b'] })]),
    'every kind of line end': notebook([code({ source: ends.map((end, n) => `line ${n}${end}`).join('') })]),
    unicode: notebook([code({ source: 'é 漢字 🎉 \u0000 \u007f \u2028 "quoted" \\ \t' })]),
    'keys in the order of code points': notebook([
      code({ metadata: { '🎉': 1, '\uffff': 2, b: 3, B: 4, é: 5, '': 6, aa: 7, a: 8 } }),
    ]),
    'outputs of all kinds': notebook([
      code({
        execution_count: 3,
        outputs: [
          { output_type: 'stream', name: 'stdout', text: 'a\nb\n' },
          { output_type: 'stream', name: 'stderr', text: ['a\n', 'b'] },
          {
            output_type: 'display_data',
            metadata: { 'image/png': { width: 10 } },
            data: {
              'text/plain': ['a\n', 'b'],
              'text/html': '<b>\n</b>',
              'image/png': 'aGVsbG8=\n',
              'image/svg+xml': '<svg>\n</svg>',
              'application/javascript': 'a\nb',
              'application/json': { lines: ['a\n', 'b'], deep: [[]] },
              'application/vnd.x+json': ['a', 'b'],
              'application/pdf': 'JVBERi0=\nx',
            },
          },
          { output_type: 'execute_result', execution_count: 3, metadata: {}, data: {} },
          { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['a\nb', 'c'] },
        ],
      }),
    ]),
    attachments: notebook([
      {
        cell_type: 'markdown',
        id: 'm',
        metadata: {},
        source: '![](attachment:a.png)',
        attachments: { 'a.png': { 'image/png': 'aGVs\nbG8=', 'text/plain': 'a\nb' } },
      },
      { cell_type: 'raw', id: 'r', metadata: { format: 'x' }, source: 'raw\n' },
    ]),
    'what it does not keep': notebook([code({ metadata: { trusted: true, tags: ['x'] } })], {
      metadata: {
        signature: 'x',
        orig_nbformat: 3,
        orig_nbformat_minor: 0,
        kernelspec: { name: 'python3', display_name: 'P' },
      },
    }),
    'a byte order mark is not part of it': notebook([code({ source: '1' })]),
  };
  const numbers =
    '{"nbformat":4,"nbformat_minor":5,"metadata":{"n":[1.0,1,-0.0,1e-07,1e+16,12345678901234567890,0.1,1.5e+300,NaN,-Infinity,Infinity,100000.0]},"cells":[]}';

  test('samples', async () => {
    const texts = [...Object.values(samples), numbers];
    const answers = await nbformat.ask(texts);
    const names = [...Object.keys(samples), 'numbers'];
    texts.forEach((text, index) => {
      expect([names[index], again(text)]).toEqual([names[index], answers[index]?.written]);
      expect([names[index], answers[index]?.valid]).toEqual([names[index], true]);
    });
    expect(again(`\ufeff${texts.at(-2)}`)).toBe(again(texts.at(-2) ?? ''));
  });

  test('whatever stands in it, nbformat writes it as we do', async () => {
    const text = fc.string({ unit: 'binary' }).filter(each => !/\p{Surrogate}/u.test(each));
    const json = fc.jsonValue({ maxDepth: 3 });
    const cells = fc.array(
      fc.record({
        source: text,
        metadata: fc.dictionary(text, json, { maxKeys: 3 }),
        stream: text,
        plain: text,
        html: fc.array(text, { maxLength: 3 }),
        json,
      }),
      { maxLength: 3 },
    );
    const made = fc.sample(cells, 120).map(list =>
      notebook(
        list.map(({ source, metadata, stream, plain, html, json: value }, index) =>
          code({
            id: `c${index}`,
            source,
            metadata,
            outputs: [
              { output_type: 'stream', name: 'stdout', text: stream },
              {
                output_type: 'display_data',
                metadata: {},
                data: { 'text/plain': plain, 'text/html': html, 'application/json': value },
              },
            ],
          }),
        ),
      ),
    );
    // Python spells floats in its own way; what is in a notebook that it wrote stays as it is.
    const first = (await nbformat.ask(made)).map(({ written }) => written ?? '');
    expect(first.every(each => each !== '')).toBe(true);
    expect(first.map(again)).toEqual(first);
  });

  test('fields that we do not know are kept', () => {
    const text = again(notebook([code({ later: { a: 1 } })], { extra: [1], nbformat_minor: 9 }));
    expect(JSON.parse(text)).toMatchObject({ extra: [1], nbformat_minor: 9, cells: [{ later: { a: 1 } }] });
  });
});

describe('older formats', () => {
  test('get ids, the same ones at each reading, and are valid then', async () => {
    const cells = ['a', 'a', 'b'].map(source => ({ ...code({ source }), id: undefined }));
    const old = notebook(cells, { nbformat_minor: 2 });
    const text = again(old);
    const { nbformat_minor, cells: now } = JSON.parse(text) as { nbformat_minor: number; cells: { id: string }[] };
    expect(nbformat_minor).toBe(5);
    expect(new Set(now.map(({ id }) => id)).size).toBe(3);
    expect(again(old)).toBe(text);
    // a cell that is put in before them leaves the others theirs
    const more = readNotebook(notebook([code({ source: 'new', id: undefined }), ...cells], { nbformat_minor: 2 }), 'x');
    expect(more.cells.slice(1).map(({ id }) => id)).toEqual(now.map(({ id }) => id));
    expect(await nbformat.ask([text])).toMatchObject([{ valid: true, written: text }]);
  });

  test('ids that are bad or taken are replaced', async () => {
    const text = again(
      notebook([code({ id: 'same' }), code({ id: 'same' }), code({ id: 'with space' }), code({ id: 7 })]),
    );
    const ids = (JSON.parse(text) as { cells: { id: string }[] }).cells.map(({ id }) => id);
    expect(ids[0]).toBe('same');
    expect(new Set(ids).size).toBe(4);
    expect(await nbformat.ask([text])).toMatchObject([{ valid: true }]);
  });

  test('a cell that lacks what the format demands gets it', async () => {
    const text = again('{"nbformat":4,"nbformat_minor":4,"cells":[{"cell_type":"code"},{"cell_type":"markdown"}]}');
    expect(await nbformat.ask([text])).toMatchObject([{ valid: true, written: text }]);
  });
});

describe('what is no notebook of format 4 is refused, with the place', () => {
  test.each([
    ['{"nbformat":3,"worksheets":[]}', 'a notebook of format 3; formats before 4'],
    ['{"nbformat":5,"cells":[]}', 'its format 5 is newer'],
    ['{"cells":[]}', 'it has no `nbformat`'],
    ['{"nbformat":4}', 'no list of `cells`'],
    ['[]', 'no JSON object'],
    ['', 'the end comes too early at line 1, column 1'],
    ['{\n "nbformat": 4,\n "cells": [,]\n}', 'no value at line 3, column 12'],
    ['{"nbformat":4', 'no comma and no closing brace at line 1, column 14'],
    ['{"nbformat":4,"cells":[]} x', 'something after the end at line 1, column 27'],
    ['{"nbformat":4,"cells":["\n"]}', 'a character or an escape that JSON does not have'],
    ['{"nbformat":4,"cells":[{"cell_type":"heading"}]}', 'cell 1 has no known `cell_type`'],
    ['{"nbformat":4,"cells":[{"cell_type":"code","source":7}]}', 'the `source` of cell 1 is no text'],
    [`{"nbformat":4,"cells":${'['.repeat(5000)}`, 'too many levels'],
  ])('%.40s', (text, message) => {
    expect(() => readNotebook(text, 'x.ipynb')).toThrow(message);
  });
});
