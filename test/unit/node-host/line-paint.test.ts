import type { Key } from 'node:readline';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PaintedText } from '../../../src/core/host.ts';
import { appended, painted } from '../../../src/node-host/line-paint.ts';
import { TerminalReports } from '../../../src/node-host/terminal-report.ts';

const red = (text: string) => `<${text}>`;
const plain = (text: string) => text;
const piece = (text: string, paint = plain): PaintedText => ({ text, paint });

test('what is typed at the end is painted alone, unless it changes what stands before it', () => {
  expect(appended([piece('fo')], [piece('foo')], 2)).toBe('o');
  expect(appended([piece('a '), piece('"x', red)], [piece('a '), piece('"x"', red)], 4)).toBe('<">');
  expect(appended([piece('"x"', red)], [piece('"x"', red), piece(' + ')], 3)).toBe(' + ');
  expect(appended([piece('fo')], [piece('for', red)], 2)).toBeNull();
  expect(appended([], [piece('日本', red)], 0)).toBe('<日本>');
  expect(painted([piece('x = '), piece('"日"', red)])).toBe('x = <"日">');
});

function typed(keys: readonly string[]): { taken: string; reports: string[] } {
  const reports: string[] = [];
  const filter = new TerminalReports(report => reports.push(report));
  const left = keys.filter(sequence => !filter.take(sequence, { sequence } as Key));
  return { taken: left.join(''), reports };
}

test('an answer of the terminal is taken out from among the keys', () => {
  const answer = ['\u001b[?', '6', '2', ';', '4', 'c'];
  expect(typed(['a', ...answer, 'b', ...answer])).toEqual({
    taken: 'ab',
    reports: ['\u001b[?62;4c', '\u001b[?62;4c'],
  });
  expect(typed(['\u001b[A', '6', ';', 'c', '\u001b'])).toEqual({ taken: '\u001b[A6;c\u001b', reports: [] });
  // not an answer after all: keys go on being keys
  expect(typed(['\u001b[?', '1', '\u0003', 'x'])).toEqual({ taken: '\u0003x', reports: [] });
});

test('keys without the beginning of an answer all pass', () => {
  const keys = fc.array(fc.constantFrom('a', '1', ';', 'c', '\u001b', '\u001b[A', '日', '\r'));
  fc.assert(
    fc.property(keys, each => {
      expect(typed(each).taken).toBe(each.join(''));
    }),
  );
});
