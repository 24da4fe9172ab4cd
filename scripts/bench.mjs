// `npm run bench`: how long our program takes, as ratios to the least that any program could take, measured in turns in
// one run. `--only <name>` takes the rows whose name contains it, `--rounds N` measures so often, `--strict` makes a
// missed bar a failure. See docs/benchmarks.md.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, prepare, ROOT } from './environment.mjs';
import { Missing, tell } from './steps.mjs';

const WIDTHS = [28, 28, 7, 7, 13, 9, 9];

let interrupted = false;
try {
  const options = readOptions();
  const python = await prepare();
  await build();
  const { makeBed } = await import('../bench/bed.mjs');
  const bed = makeBed({ program: join(ROOT, 'dist', 'lecoder-cgpu.cjs'), python });
  // What is being measured hears of Ctrl-C by itself and fails; then the bed is taken down in order.
  process.on('SIGINT', () => {
    interrupted = true;
  });
  try {
    process.exitCode = await measureAll(bed, options);
  } finally {
    await bed.close();
  }
} catch (error) {
  tell(error);
  process.exitCode = error instanceof Missing ? 2 : 1;
}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        only: { type: 'string' },
        rounds: { type: 'string' },
        strict: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new Missing(error.message, ['options: `--only <name>`, `--rounds <number>`, `--strict`']);
  }
  const rounds = values.rounds === undefined ? null : Number(values.rounds);
  if (rounds !== null && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Missing('`--rounds` takes a whole number above 0');
  }
  return { only: values.only ?? '', rounds, strict: values.strict };
}

/** Exit code: 1 when something could not be measured, or, with `strict`, when a bar is missed. */
async function measureAll(bed, { only, rounds, strict }) {
  const { ROWS } = await import('../bench/rows.mjs');
  const rows = ROWS.filter(row => row.name.toLowerCase().includes(only.toLowerCase()));
  if (rows.length === 0)
    throw new Missing(`no row is named like ${only}`, [`rows: ${ROWS.map(row => row.name).join(' · ')}`]);
  line(['row', 'floor', 'ratio', 'bar', 'min – max', 'ours ms', 'floor ms']);
  let [missed, broken] = [0, 0];
  for (const row of rows) {
    if (interrupted) break;
    try {
      missed += show(row, await row.measure(bed, rounds ?? row.rounds));
    } catch (error) {
      broken += 1;
      console.log(`✗ ${row.name}: could not be measured: ${error.message}`);
    }
  }
  if (interrupted) return 130;
  if (missed > 0) console.log(`\n${missed} missed`);
  return broken > 0 || (strict && missed > 0) ? 1 : 0;
}

/** Prints a row and what else is promised of it. Returns how much of it is missed. */
function show(row, { ratio, min, max, ours, floor, facts = [] }) {
  const range = `${min.toFixed(2)} – ${max.toFixed(2)}`;
  const held = ratio <= row.bar;
  const mark = held ? '✓' : '✗ missed';
  line([row.name, row.floor, ratio.toFixed(2), row.bar.toFixed(2), range, ours.toFixed(0), floor.toFixed(0), mark]);
  for (const fact of facts) console.log(`  ${fact.ok ? '✓' : '✗'} ${fact.text}`);
  return facts.filter(fact => !fact.ok).length + (held ? 0 : 1);
}

function line(cells) {
  console.log(
    cells
      .map((cell, at) => (at < 2 || at > 6 ? cell.padEnd(WIDTHS[at] ?? 0) : cell.padStart(WIDTHS[at])))
      .join('  ')
      .trimEnd(),
  );
}
