import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OBJECTS } from '../../src/core/contract/objects.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { notebooksIn } from '../support/notebooks.ts';

let colab: ColabCli;
let books: ReturnType<typeof notebooksIn>;

beforeAll(async () => {
  colab = await colabCli();
  books = notebooksIn(colab.home);
  expect((await colab.call(['connect', '--no-shell', '--keep-alive', '0'])).code).toBe(0);
  expect((await colab.call(['run', '-k', '1'])).code).toBe(0);
}, 120_000);
afterAll(() => colab?.close(), 60_000);

test('however many cells there are, one socket is all that is asked for', async () => {
  await books.put('many.ipynb', ['import os', ...Array.from({ length: 15 }, (_, n) => `print(${n})`)]);
  colab.forget();
  const ran = await colab.json(['notebook', 'run', '--json', 'many.ipynb']);
  expect(OBJECTS['notebook run']?.safeParse(ran)).toMatchObject({ success: true });
  expect(ran.data.counts).toMatchObject({ ran: 16, failed: 0 });
  expect(colab.asked()).toEqual(['proxy-kernel-socket']);
});

test('a notebook of Drive: results here, with --in-place there as well', async () => {
  await books.put('source.ipynb', ['print("from Drive")', { source: '1/0', id: 'bad' }]);
  const { data: made } = await colab.json(['notebook', 'upload', 'source.ipynb', '--name', 'In Drive', '--json']);
  const { drive, accounts } = colab.emulator.world;
  const content = () => {
    const [account] = accounts.all;
    return account === undefined ? '' : (drive.find(account, made.id, true)?.content.toString() ?? '');
  };
  const ran = await colab.json(['notebook', 'run', '--json', made.url]);
  expect(ran).toMatchObject({ error: { exit: 5 }, data: { input: made.id, failed: { id: 'bad' } } });
  expect(ran.data.output).toBe(join(colab.home, 'In Drive.out.ipynb'));
  expect(await books.gave('In Drive.out.ipynb')).toEqual(['from Drive\n', 'ZeroDivisionError']);
  expect(content()).not.toContain('from Drive\\n');
  const back = await colab.call(['notebook', 'run', made.id, '--in-place']);
  expect(back).toMatchObject({ code: 5, stderr: expect.stringContaining('in Drive has the results') });
  expect(content()).toBe(await readFile(join(colab.home, 'In Drive.out.ipynb'), 'utf8'));
  // it can be gone on with there as well
  const resumed = await colab.json(['notebook', 'run', '--json', made.id, '--resume']);
  expect(resumed.data).toMatchObject({ counts: { kept: 1, ran: 1 }, failed: { cell: 2 } });
});

test('the machine is taken away in a cell: 1105, and everything done so far is there; resuming starts no other', async () => {
  await books.put('lost.ipynb', ['print("a")', 'import time\nprint("b", flush=True)\ntime.sleep(60)', 'print("c")']);
  let taken: Promise<unknown> | null = null;
  const ran = await colab.call(['notebook', 'run', 'lost.ipynb', '--json-lines'], {
    watch: ({ stdout }) => {
      if (stdout.includes('"text":"b')) taken ??= colab.emulator.control('delete-runtime', {});
    },
  });
  await taken;
  const last = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ error: { code: 1105, exit: 4 }, data: { failed: { cell: 2 }, counts: { ran: 2 } } });
  expect(ran.code).toBe(4);
  expect(await books.gave('lost.out.ipynb')).toEqual(['a\n', 'RuntimeTerminated', null]);
  const resumed = await colab.json(['notebook', 'run', '--json', 'lost.ipynb', '--resume']);
  expect(resumed.success).toBe(false);
  expect([1105, 1207]).toContain(resumed.error.code);
  expect(await colab.machines()).toEqual([]);
}, 60_000);
