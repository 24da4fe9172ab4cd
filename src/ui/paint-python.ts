import type { Style } from '../core/command.ts';
import type { PaintedText } from '../core/host.ts';
import { type LineState, pythonTokens, type TokenKind } from './python-tokens.ts';

/** Longer lines stay plain: nobody reads their colours, and each key would look at all of it. */
const LONGEST = 2000;
const plain = (text: string) => text;

/** What paints a line of a cell below the given ones: pieces in the colours of their kind. */
export function pythonPainter(style: Style): (above: readonly string[]) => (line: string) => readonly PaintedText[] {
  const brushes: Readonly<Record<TokenKind, (text: string) => string>> = {
    plain,
    keyword: style.green,
    string: style.yellow,
    number: style.cyan,
    comment: style.dim,
    decorator: style.bold,
    magic: style.bold,
  };
  return above => {
    const before = stateAfter(above);
    return line => {
      if (line.length > LONGEST) return [{ text: line, paint: plain }];
      return tokensOf(line, before, above.length === 0).map(({ kind, text }) => ({ text, paint: brushes[kind] }));
    };
  };
}

function stateAfter(lines: readonly string[]): LineState {
  let state: LineState = null;
  for (const [index, line] of lines.entries())
    for (const [row, part] of line.split('\n').entries())
      state = pythonTokens(part, state, index === 0 && row === 0).after;
  return state;
}

/** A line from the history may be a whole cell. */
function tokensOf(text: string, before: LineState, first: boolean) {
  let state = before;
  return text.split('\n').flatMap((line, row) => {
    const { tokens, after } = pythonTokens(line, state, first && row === 0);
    state = after;
    return row === 0 ? tokens : [{ kind: 'plain' as const, text: '\n' }, ...tokens];
  });
}
