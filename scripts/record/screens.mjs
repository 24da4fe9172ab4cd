// What a terminal would have shown, moment by moment.
import xterm from '@xterm/headless';

/** A wait longer than this is cut down to it, in milliseconds. */
const LONGEST = 1500;

/** `[{ at, lines }]`, each line a list of `{ column, text, look }`; only what changed something. */
export async function screens(shown, { columns = 80, rows = 30 }) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const shots = [];
  let now = 0;
  let before = shown[0]?.at ?? 0;
  for (const { at, text } of shown) {
    now += Math.min(at - before, LONGEST);
    before = at;
    await new Promise(resolve => terminal.write(text, resolve));
    const { baseY, type } = terminal.buffer.active;
    if (type === 'normal' && baseY > 0) throw new Error(`the take needs more than ${rows} rows`);
    shots.push({ at: Math.round(now), lines: linesOf(terminal.buffer.active, { columns, rows }) });
  }
  terminal.dispose();
  return shots.filter(({ lines }, index) => JSON.stringify(lines) !== JSON.stringify(shots[index - 1]?.lines));
}

function linesOf(buffer, { columns, rows }) {
  const lines = [];
  for (let row = 0; row < rows; row += 1) lines.push(runsOf(buffer.getLine(row), columns));
  return lines;
}

/** Neighbours that look alike are one run; blanks at the end of a line are nothing. */
function runsOf(line, columns) {
  const runs = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line.getCell(column);
    if (cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last && last.look === look && last.column + last.width === column) {
      last.text += text;
      last.width += cell.getWidth();
    } else runs.push({ column, text, look, width: cell.getWidth() });
  }
  return runs
    .map(run => ({ ...run, text: run.look === '' ? run.text.trimEnd() : run.text }))
    .filter(({ text, look }) => text.trim() !== '' || look.includes('v'));
}

/** Classes of the drawing: `b` bold, `d` dim, `i` italic, `u` underlined, `v` inverse, `c<number>` colour. */
function lookOf(cell) {
  const signs = [
    cell.isBold() && 'b',
    cell.isDim() && 'd',
    cell.isItalic() && 'i',
    cell.isUnderline() && 'u',
    cell.isInverse() && 'v',
    cell.isFgPalette() && cell.getFgColor() < 16 && `c${cell.getFgColor()}`,
  ];
  return signs.filter(Boolean).join(' ');
}
