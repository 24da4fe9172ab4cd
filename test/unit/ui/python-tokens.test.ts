import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pythonPainter } from '../../../src/ui/paint-python.ts';
import { type LineState, pythonTokens } from '../../../src/ui/python-tokens.ts';

const shown = (line: string, before: LineState = null, first = true) =>
  pythonTokens(line, before, first)
    .tokens.filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => `${kind}:${text}`);

describe('pieces of a line', () => {
  test.each([
    ['for x in range(10): # all', ['keyword:for', 'keyword:in', 'number:10', 'comment:# all']],
    ['format(inf, x1, _2)', []],
    ['a = 0xFF + 1_000.5e-3j + .5', ['number:0xFF', 'number:1_000.5e-3j', 'number:.5']],
    [`x = "it's # no \\" comment" + 'y'`, [`string:"it's # no \\" comment"`, "string:'y'"]],
    ["rb'\\'' + f\"{x}\"", ["string:rb'\\''", 'string:f"{x}"']],
    ['"unfinished', ['string:"unfinished']],
    ['@cache', ['decorator:@cache']],
    ['    @app.get("/")', ['decorator:@app.get', 'string:"/"']],
    ['a @ b', []],
    ['%matplotlib inline for', ['magic:%matplotlib']],
    ['%timeit sum(range(3))', ['magic:%timeit', 'number:3']],
    ['!ls for "x', ['magic:!']],
    ['files = !ls *.py', ['magic:!']],
    ['x != 3', ['number:3']],
    ['x % 3', ['number:3']],
    ['len?', ['magic:?']],
    ['str.join??', ['magic:??']],
    ['für = größe if True else 変数2', ['keyword:if', 'keyword:True', 'keyword:else']],
  ])('%s', (line, kinds) => {
    expect(shown(line)).toEqual(kinds);
  });

  test('a string of several lines goes on below, and a cell of another language stays plain', () => {
    const opened = pythonTokens('x = """for', null, true);
    expect(opened.after).toBe('"""');
    expect(shown('if in """ + 1', '"""')).toEqual(['string:if in """', 'number:1']);
    expect(pythonTokens('%%bash', null, true).after).toBe('foreign');
    expect(shown('for x in 1', 'foreign')).toEqual([]);
    expect(pythonTokens('%%time', null, true).after).toBeNull();
    expect(pythonTokens("'''one''' + 1", null, true).after).toBeNull();
  });

  test('whatever is typed, the pieces are the line', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^["'#\\@%!?a-f0-9. ]*$/));
    fc.assert(
      fc.property(text, fc.constantFrom<LineState>(null, '"""', "'''", 'foreign'), (line, before) => {
        expect(
          pythonTokens(line, before, true)
            .tokens.map(({ text }) => text)
            .join(''),
        ).toBe(line);
      }),
    );
  });
});

test('a line is painted as what stands above it says', () => {
  const mark = (letter: string) => (text: string) => `<${letter}${text}>`;
  const style = {
    width: 80,
    bold: mark('b'),
    dim: mark('d'),
    red: mark('r'),
    green: mark('g'),
    yellow: mark('y'),
    cyan: mark('c'),
  };
  const paint = pythonPainter(style);
  const text = (above: string[], line: string) =>
    paint(above)(line)
      .map(piece => piece.paint(piece.text))
      .join('');
  expect(text([], 'if 1:\n  return "x"')).toBe('<gif> <c1>:\n  <greturn> <y"x">');
  expect(text(['x = """', 'middle'], 'end""" if')).toBe('<yend"""> <gif>');
  expect(text(['%%bash'], 'if true')).toBe('if true');
  expect(text([], `if ${'x'.repeat(30_000)}`)).toMatch(/^if x/);
});
