import type { Style } from '../core/command.ts';
import { textWidth } from '../ui/text-width.ts';
import { section, wrap } from './help.ts';
import type { TopicPage, TopicPart } from './topics/page.ts';

const INDENT = '  ';
/** A column with a longer cell is prose, and has lines of its own where the table does not fit. */
const LONG = 30;

/** The page of a topic for a terminal, without a last newline. */
export function topicText(page: TopicPage, style: Style): string {
  const width = Math.min(style.width, 100);
  const parts = page.parts.map(part => partText(part, width, style));
  return [style.bold(page.title), wrap(page.intro, width).join('\n'), ...parts].join('\n\n');
}

function partText(part: TopicPart, width: number, style: Style): string {
  const cells = { head: part.head.map(bare), rows: part.rows.map(row => [bare(row[0] ?? ''), ...row.slice(1)]) };
  const lines = aligned(cells, width, style) ?? listed(cells, width, style);
  return part.title === undefined ? lines.join('\n') : section(part.title, lines, style);
}

type Cells = Pick<TopicPart, 'head' | 'rows'>;

const bare = (cell: string) => cell.replaceAll('`', '');

/** Columns side by side, the last one wrapped; null when too little room is left for it. */
function aligned({ head, rows }: Cells, width: number, style: Style): string[] | null {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => textWidth(row[column] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, INDENT.length);
  const room = width - before;
  if (room < Math.min(LONG, widths.at(-1) ?? 0)) return null;
  const lines = (row: readonly string[]) => {
    const left = row.slice(0, -1).map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - textWidth(cell)));
    const [first = '', ...more] = wrap(row.at(-1) ?? '', room);
    const head = `${INDENT}${[...left, first].join('  ')}`.trimEnd();
    return [head, ...more.map(text => ' '.repeat(before) + text)];
  };
  return [...lines(head).map(line => style.dim(line)), ...rows.flatMap(lines)];
}

/** A paragraph for each row: its name, then the prose, then the short cells in one line. */
function listed({ head, rows }: Cells, width: number, style: Style): string[] {
  const isLong = head.map((_, column) => rows.some(row => textWidth(row[column] ?? '') > LONG));
  const below = (text: string) => wrap(text, width - 6).map(line => `${INDENT.repeat(3)}${line}`);
  const named = isLong[1] ? 1 : 2;
  return rows.flatMap(row => {
    const cells = row.map((text, column) => ({ text, column, label: `${head[column]}: ${text}` })).slice(named);
    const given = cells.filter(({ text }) => text !== '');
    const prose = given.filter(({ column }) => isLong[column]);
    const facts = given.filter(({ column }) => !isLong[column]).map(({ label }) => label);
    return [
      `${INDENT}${style.bold(row.slice(0, named).join('  '))}`,
      ...prose.flatMap(({ text, label }, index) => below(index === 0 ? text : label)),
      ...(facts.length === 0 ? [] : below(facts.join(', '))),
    ];
  });
}
