import type { PaintedText } from '../core/host.ts';

export type Paint = (line: string) => readonly PaintedText[];

/** A line as it is shown. */
export function painted(pieces: readonly PaintedText[]): string {
  return pieces.map(({ text, paint }) => paint(text)).join('');
}

/**
 * What to write after the line that is shown, now that something was typed at its end; null when what stands there
 * changes its colour by it and the line is to be drawn anew.
 */
export function appended(before: readonly PaintedText[], after: readonly PaintedText[], length: number): string | null {
  const brushes = brushesOf(after);
  if (brushesOf(before).some((brush, index) => brush !== brushes[index])) return null;
  let start = 0;
  return after
    .map(({ text, paint }) => {
      const rest = text.slice(Math.max(length - start, 0));
      start += text.length;
      return rest === '' ? '' : paint(rest);
    })
    .join('');
}

/** What paints each character. */
function brushesOf(pieces: readonly PaintedText[]): PaintedText['paint'][] {
  return pieces.flatMap(({ text, paint }) => Array<PaintedText['paint']>(text.length).fill(paint));
}
