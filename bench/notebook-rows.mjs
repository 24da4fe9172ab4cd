import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, environment, median } from './measure.mjs';

const FLOOR = fileURLToPath(new URL('floor-notebook.py', import.meta.url));
const CELLS = 100;
const CELL_BAR = 2.5;

/** Notebooks: ours against nbclient, which talks to its kernel without a server between, and saves once at the end. */
export const NOTEBOOK_ROWS = [
  {
    name: `notebook of ${CELLS} cells`,
    floor: 'nbclient',
    bar: 1,
    rounds: 5,
    async measure(bed, rounds) {
      const folder = mkdtempSync(join(tmpdir(), 'lecoder-bench-notebook-'));
      try {
        return await measured(await bed.localSession(), bed, { folder, rounds });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
];

async function measured(session, { program, python }, { folder, rounds }) {
  const [source, own, other] = ['n.ipynb', 'own.ipynb', 'other.ipynb'].map(name => join(folder, name));
  writeFileSync(source, trivial());
  const { env } = session.run();
  const words = ['notebook', 'run', source, '--runtime', 'local', '--new-kernel', '--output', own];
  const start = `process.exit(require('node:child_process').spawnSync(${JSON.stringify(python)}, ${JSON.stringify([FLOOR, source, other])}, { stdio: 'inherit' }).status)`;
  const cells = { [own]: [], [other]: [] };
  const afterwards = () => {
    for (const path of [own, other].filter(existsSync)) {
      cells[path].push(perCell(path));
      rmSync(path);
    }
  };
  const timed = await compare(
    { ours: { args: [program, ...words], env }, floor: { args: ['-e', start], env: environment() }, afterwards },
    { rounds },
  );
  // Without the first, which warms up.
  const [mine, nbclients] = [own, other].map(path => cells[path].slice(1));
  const [ours, theirs] = [mine, nbclients].map(median);
  const ratio = median(mine.map((each, round) => each / nbclients[round]));
  const text = `a cell: ${ours.toFixed(1)} ms, with nbclient ${theirs.toFixed(1)} ms: ${ratio.toFixed(2)} (bar ${CELL_BAR.toFixed(2)})`;
  return { ...timed, facts: [{ ok: ratio <= CELL_BAR, text }] };
}

function trivial() {
  const cells = Array.from({ length: CELLS }, (_, n) => ({
    cell_type: 'code',
    id: `c${n}`,
    metadata: {},
    source: `print(${n})`,
    execution_count: null,
    outputs: [],
  }));
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
}

/** Milliseconds from one cell's beginning to the next one's, by the times the kernel itself put on its messages. */
function perCell(path) {
  const { cells } = JSON.parse(readFileSync(path, 'utf8'));
  const begun = cells.map(({ metadata }) => Date.parse(metadata.execution['iopub.status.busy']));
  // nbclient leaves a stream in the pieces in which it came
  const done = cells.filter(({ outputs }, n) => outputs.flatMap(({ text }) => text).join('') === `${n}\n`).length;
  if (done !== CELLS) throw new Error(`${path}: ${done} of ${CELLS} cells gave what they should`);
  return (begun.at(-1) - begun[0]) / (CELLS - 1);
}
