import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EscapeKeys } from '../../../../src/operations/connect/escape-keys.ts';
import { TerminalModes } from '../../../../src/operations/connect/terminal-modes.ts';

/** What is passed on, and the orders, when the text arrives in these pieces. */
function typed(...pieces: string[]) {
  const orders: string[] = [];
  const keys = new EscapeKeys(order => orders.push(order));
  const passed = pieces.map(piece => Buffer.from(keys.pass(Buffer.from(piece))).toString()).join('');
  return { passed, orders };
}

describe('the escapes', () => {
  test.each([
    ['~.', '', ['leave']],
    ['ls\r~.', 'ls\r', ['leave']],
    ['~?x', 'x', ['help']],
    ['~?~.', '', ['help', 'leave']],
    ['~~.', '~.', []],
    ['cd ~.ssh\r', 'cd ~.ssh\r', []],
    ['~/bin\r', '~/bin\r', []],
    ['\u001b[200~\r~.\r\u001b[201~\r~.', '\u001b[200~\r~.\r\u001b[201~\r', ['leave']],
  ])('%j', (text, passed, orders) => {
    expect(typed(text)).toEqual({ passed, orders });
    expect(typed(...text)).toEqual({ passed, orders });
  });

  test('nothing else is changed, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), pieces => {
        const clean = pieces.map(piece => piece.replaceAll('~', '-'));
        expect(typed(...clean)).toEqual({ passed: clean.join(''), orders: [] });
      }),
    );
  });
});

describe('what a program left on', () => {
  const undo = (...pieces: string[]) => {
    const modes = new TerminalModes();
    for (const piece of pieces) modes.take(Buffer.from(piece));
    return modes.undo();
  };

  test('is switched off, and the cursor on', () => {
    expect(undo('\u001b[?1049h\u001b[?1000;1006hhello\u001b[?25l')).toBe(
      '\u001b[0m\u001b[?1049l\u001b[?1000l\u001b[?1006l\u001b[?25h',
    );
  });

  test('is nothing when the program tidied up, or never did anything', () => {
    expect(undo('\u001b[?1049h', 'text', '\u001b[?1049l')).toBe('');
    expect(undo('\u001b[31mred\u001b[0m', '\u001b[?12h')).toBe('');
  });

  test('is seen also when the sequence arrives in two pieces', () => {
    const sequence = '\u001b[?2004h';
    for (let cut = 1; cut < sequence.length; cut += 1)
      expect(undo(`x${sequence.slice(0, cut)}`, `${sequence.slice(cut)}y`)).toContain('\u001b[?2004l');
  });
});
