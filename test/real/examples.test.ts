import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { type DocBlock, docBlocks } from '../support/doc-blocks.ts';
import { runProgram } from '../support/run-program.ts';

/**
 * Runs every `sh` block of the documentation line by line against the emulator, in a folder with the files they name. A
 * block that cannot be run says `no-run: why` behind its language; lines that cannot are told apart here. What is in
 * `console` blocks is compared by test/real/readme.test.ts where it is exact, and parsed in test/contract/examples.test.ts.
 */
const CANNOT: readonly (readonly [RegExp, string])[] = [
  [/--watch\b/, 'goes on until Ctrl-C'],
  [/\bforward \d/, 'goes on until Ctrl-C'],
  [/import torch/, 'the machine of the tests has no torch'],
  [/config set \w+ -/, 'reads what somebody types'],
  [/notebook delete\b/, 'asks somebody at a terminal'],
  [/notebook run .*--grid\b|,pdf\b/, 'test/real/notebook-batch.test.ts and notebook-export.test.ts do the same'],
];

const docs = existsSync('docs') ? readdirSync('docs').map(name => join('docs', name)) : [];
const blocks = ['README.md', ...docs, 'skills/lecoder-cgpu/SKILL.md', 'integrations/AGENTS.md']
  .filter(name => name.endsWith('.md') && existsSync(name))
  .flatMap(name => docBlocks(name, readFileSync(name, 'utf8')))
  .filter(({ language, info }) => language === 'sh' && !info.startsWith('no-run'));

let colab: ColabCli;
let env: Record<string, string>;
/** What `/content` means there: a folder of this computer. Empty until there is a machine. */
let content = '';
let notebook: string;

beforeAll(async () => {
  colab = await colabCli();
  env = { ...colab.env, PATH: await colab.commandsOnPath(), BROWSER: 'true' };
  notebook = (await colab.json(['notebook', 'create', 'first', '--json'])).data.id;
}, 120_000);
afterAll(async () => colab?.close(), 60_000);

/** The active session is a machine with the files that the examples name, and called as they call it. */
async function ready(): Promise<void> {
  if (content !== '') return;
  await colab.call(['connect', '--gpu', 'T4', '--name', 'training', '--no-shell']);
  const there = 'mkdir -p results runs/a && touch runs/a.json runs/a/best.pt log.txt model.pt train.py && pwd';
  content = (await colab.call(['run', there])).stdout.trim();
}

/** What the examples name here. */
async function furnish(folder: string): Promise<void> {
  const cell = (source: string, tags: string[] = []) => ({
    cell_type: 'code',
    metadata: { tags },
    source,
    outputs: [],
    execution_count: null,
    id: source.slice(0, 2),
  });
  const cells = [cell('lr = epochs = 1', ['parameters']), cell('print(lr)')];
  const ipynb = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  for (const name of ['models', 'data', 'src', 'work', 'results']) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'one.txt'), name);
  }
  for (const name of ['train.py', 'analysis.py']) await writeFile(join(folder, name), 'print(1)\n');
  for (const name of ['data.csv', 'more.csv']) await writeFile(join(folder, name), 'a,b\n');
  for (const name of ['train', 'analysis', 'train.out', 'report'])
    await writeFile(join(folder, `${name}.ipynb`), ipynb);
}

const linesOf = ({ text }: DocBlock) =>
  text.split('\n').filter(line => /\S/.test(line) && !/^\s*#/.test(line) && !CANNOT.some(([what]) => what.test(line)));

test.each(blocks.map(block => [block.where, block] as const))('%s', async (where, block) => {
  const work = join(colab.home, where.replace(/\W/g, '-'));
  await Promise.all([furnish(work), ready()]);
  for (const line of linesOf(block)) await runs(line, work);
});

async function runs(line: string, cwd: string): Promise<void> {
  const typed = line.replaceAll('<id>', notebook).replaceAll('/content', content);
  if (line.includes('disconnect')) content = '';
  const { code, stderr } = await runProgram('bash', ['-o', 'pipefail', '-c', typed], { env, cwd });
  expect({ line, code, said: code === 0 ? '' : stderr }).toEqual({ line, code: 0, said: '' });
}

/** Commands whose examples in help are run too: the quick ones, which need nobody and nothing but the machine. */
const QUICK = new Set(['run', 'kernel', 'status', 'files', 'logs', 'debug', 'usage', 'config', 'sessions', 'schema']);

test('examples of help', async () => {
  const work = join(colab.home, 'help');
  await Promise.all([furnish(work), ready()]);
  const examples = COMMANDS.filter(({ path }) => QUICK.has(path[0] ?? '')).flatMap(each => each.examples ?? []);
  const lines = examples.map(({ line }) => line).filter(line => !CANNOT.some(([what]) => what.test(line)));
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) await runs(line, work);
}, 120_000);

test('the blocks are found', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(8);
  expect(blocks.flatMap(linesOf).length).toBeGreaterThanOrEqual(30);
});
