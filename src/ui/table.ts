import type { Style } from '../core/command.ts';
import { fitText, textWidth } from './text-width.ts';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly right?: boolean;
}

/**
 * Rows under bold titles for a terminal, the last column cut to fit; for pipes and files one row a line, its cells
 * between tabs, without titles.
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string {
  const cells = rows.map(row => columns.map(column => column.text(row).replace(/[\t\r\n]+/g, ' ')));
  if (style.width === Number.POSITIVE_INFINITY) return cells.map(line => line.join('\t')).join('\n');
  const titles = columns.map(column => column.title.toUpperCase());
  const widths = columns.map((_, index) => Math.max(...[titles, ...cells].map(line => textWidth(line[index] ?? ''))));
  const line = (texts: readonly string[]) => padded(texts, widths, columns, style.width);
  return [style.bold(line(titles)), ...cells.map(line)].join('\n');
}

function padded(
  texts: readonly string[],
  widths: readonly number[],
  columns: readonly Column<never>[],
  width: number,
): string {
  let used = 0;
  const parts = texts.map((text, index) => {
    const last = index === texts.length - 1;
    const wanted = widths[index] ?? 0;
    if (last && !columns[index]?.right) return fitText(text, Math.max(8, width - used));
    used += wanted + 2;
    const padding = ' '.repeat(Math.max(0, wanted - textWidth(text)));
    return columns[index]?.right ? padding + text : text + padding;
  });
  return parts.join('  ').trimEnd();
}
