import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { startNbformat } from '../support/nbformat-oracle.ts';
import { notebooksIn } from '../support/notebooks.ts';

/** Kills at moments that nobody chose. The seed is told when it fails, and `SEED` of this file makes the same moments again. */
const SEED = Date.now() % 1_000_000;
const KILLS = 12;
const CELLS = 60;

let cli: Cli;
let books: ReturnType<typeof notebooksIn>;
const nbformat = startNbformat();

beforeAll(async () => {
  cli = await makeCli();
  books = notebooksIn(cli.home);
  expect((await cli.call(['run', '-k', 'ran = []'])).code).toBe(0);
}, 120_000);
afterAll(async () => {
  nbformat.close();
  await cli?.close();
}, 60_000);

/** Numbers from 0 to 1, the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Some print much, some nothing, some take their time, one shows things that are updated later. */
const source = (n: number): string => {
  const kinds = [
    `ran.append(${n}); print("cell", ${n})`,
    `ran.append(${n}); import time\nfor i in range(5):\n    print(".", end="", flush=True); time.sleep(.01)\nprint("cell", ${n})`,
    `ran.append(${n}); print("x" * 100_000); print("cell", ${n})`,
    `ran.append(${n}); from IPython.display import display\nh = display("begun", display_id=True); h.update("updated"); print("cell", ${n})`,
  ];
  return kinds[n % kinds.length] ?? '';
};

test(`after kill -9 at any moment the notebook is whole, nothing that was done is lost, and it goes on`, async () => {
  const random = chance(SEED);
  await books.put(
    'k.ipynb',
    Array.from({ length: CELLS }, (_, n) => source(n)),
  );
  let finished = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const resumed = finished > 0 ? ['--resume'] : [];
    // After so many bytes of events, wherever that is: between cells, inside one, in the middle of a save.
    const after = Math.floor(random() ** 2 * 300_000);
    const ran = await cli.call(['notebook', 'run', 'k.ipynb', '--json-lines', ...resumed], {
      watch: ({ stdout }, signal) => stdout.length > after && signal('SIGKILL'),
    });
    const where = `seed ${SEED}, kill ${kill}, after ${after} bytes`;
    const said = ran.stdout.match(/^\{"type":"cell",.*"status":"ok"/gm)?.length ?? 0;
    if (!(await exists('k.out.ipynb'))) continue;
    const { text, cells, metadata } = await books.read('k.out.ipynb');
    expect(await nbformat.ask([text]), where).toEqual([{ written: text, valid: true }]);
    const gave = await books.gave('k.out.ipynb');
    const done = cells.flatMap(({ id }, n) => (metadata.lecoder?.cells?.[id]?.status === 'ok' ? [n] : []));
    for (const n of done) expect(gave[n], where).toMatch(new RegExp(`cell ${n}\n$`));
    expect(done.length, where).toBeGreaterThanOrEqual(finished + said);
    finished = done.length;
    if (ran.code === 0 && finished === CELLS) break;
  }
  expect((await cli.call(['notebook', 'run', 'k.ipynb', '--resume'])).code).toBe(0);
  const gave = await books.gave('k.out.ipynb');
  expect(gave.map((each, n) => each?.endsWith(`cell ${n}\n`))).toEqual(Array.from({ length: CELLS }, () => true));
  expect(gave[3]).toBe("'updated'|cell 3\n");
  // What the last one that was killed in the middle of writing left is gone.
  expect((await readdir(cli.home)).filter(name => name.includes('.tmp'))).toEqual([]);
}, 120_000);

async function exists(name: string): Promise<boolean> {
  return (await readdir(cli.home)).includes(name);
}
