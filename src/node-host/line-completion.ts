import { stripVTControlCharacters } from 'node:util';
import type { EditorCompletion } from '../core/host.ts';

export interface EditedLine {
  readonly line: string;
  readonly cursor: number;
}

const MOST_SHOWN = 200;

/** The line with as much filled in as all matches agree on, and what there is to choose from when that was nothing. */
export function applyCompletion(
  before: EditedLine,
  completion: EditorCompletion | null,
  columns: number,
): { readonly next: EditedLine; readonly list: string | null } {
  if (completion === null || completion.matches.length === 0) return { next: before, list: null };
  const { start, end, matches } = completion;
  const common = matches.reduce(commonStart);
  const typed = before.line.slice(start, end);
  const filled = {
    line: before.line.slice(0, start) + common + before.line.slice(end),
    cursor: start + common.length,
  };
  if (matches.length === 1 || (common.length > typed.length && common.startsWith(typed)))
    return { next: filled, list: null };
  return { next: before, list: inColumns(matches, columns) };
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

/** Down, then across, as `ls` has it. */
export function inColumns(words: readonly string[], columns: number): string {
  const shown = words.slice(0, MOST_SHOWN).map(word => stripVTControlCharacters(word).replaceAll('\n', ' '));
  const width = Math.max(...shown.map(word => word.length)) + 2;
  const perRow = Math.max(1, Math.floor((columns || 80) / width));
  const rows = Math.ceil(shown.length / perRow);
  const lines = Array.from({ length: rows }, (_, row) =>
    shown
      .filter((_, index) => index % rows === row)
      .map(word => word.padEnd(width))
      .join('')
      .trimEnd(),
  );
  if (words.length > MOST_SHOWN) lines.push(`… and ${words.length - MOST_SHOWN} more`);
  return `${lines.join('\r\n')}\r\n`;
}
