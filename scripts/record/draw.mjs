// Screens as one SVG that moves by CSS alone, and as text. Without animation it shows the end.
import { escapeHtml } from '../site/markdown.mjs';

const WIDTH = 8.4;
const HEIGHT = 19;
const EDGE = 14;
const COLOURS = ['#5c6773', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#76e3ea', '#d0d7de'];
const STYLE = [
  ".rec{background:#14181d;font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}",
  '.rec text{fill:#d8dee4;white-space:pre}',
  ...COLOURS.map((colour, index) => `.rec .c${index},.rec .c${index + 8}{fill:${colour}}`),
  '.rec .b{font-weight:700}.rec .d{opacity:.65}.rec .i{font-style:italic}.rec .u{text-decoration:underline}',
  '.rec .past{visibility:hidden}.rec .row{animation:var(--a)}',
  '@keyframes rec-on{from,to{visibility:visible}}@keyframes rec-off{from,to{visibility:hidden}}',
  '@media (prefers-reduced-motion:reduce){.rec .row{animation:none}}',
].join('\n');

/** `{ svg, text }`. */
export function draw(shots, { title, columns = 80 }) {
  const end = shots.at(-1);
  const used = Math.max(...shots.map(({ lines }) => lines.findLastIndex(runs => runs.length > 0))) + 1;
  const width = Math.round(columns * WIDTH + 2 * EDGE);
  const height = used * HEIGHT + 2 * EDGE;
  const rows = Array.from({ length: used }, (_, row) => rowDrawn(shots, row)).flat();
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" class="rec" viewBox="0 0 ${width} ${height}" data-seconds="${Math.ceil(end.at / 1000)}">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<rect width="${width}" height="${height}" rx="8" fill="#14181d"/>
${rows.join('\n')}
</svg>
`;
  return { svg, text: `${end.lines.slice(0, used).map(plain).join('\n').trimEnd()}\n` };
}

/** Each state of a row, with the time in which it is shown; the last one is there to stay. */
function rowDrawn(shots, row) {
  const states = [];
  for (const { at, lines } of shots) {
    const runs = lines[row];
    const last = states.at(-1);
    if (last && JSON.stringify(last.runs) === JSON.stringify(runs)) continue;
    if (last) last.to = at;
    states.push({ runs, from: at });
  }
  return states
    .filter(({ runs }) => runs.length > 0)
    .map(({ runs, from, to }) => {
      const motion = to === undefined ? `rec-off ${from}ms` : `rec-on ${to - from}ms linear ${from}ms`;
      const how = to === undefined ? 'row' : 'row past';
      return `<text class="${how}" y="${EDGE + row * HEIGHT + 14}" style="--a:${motion}">${runs.map(runDrawn).join('')}</text>`;
    });
}

function runDrawn({ column, text, look, width }) {
  const place = `x="${round(EDGE + column * WIDTH)}"`;
  const length = text.length > 1 ? ` textLength="${round(Math.min(width, text.length) * WIDTH)}"` : '';
  return `<tspan ${place}${length}${look ? ` class="${look}"` : ''}>${escapeHtml(text).replaceAll(' ', '\u00a0')}</tspan>`;
}

const round = value => Math.round(value * 10) / 10;

function plain(runs) {
  return runs.reduce((line, { column, text }) => line.padEnd(column) + text, '').trimEnd();
}
