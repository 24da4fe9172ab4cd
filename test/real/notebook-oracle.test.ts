import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { comparable, type RawNotebook } from '../support/notebook-compare.ts';

/** The same notebooks through nbclient and through ours, each on a kernel of its own, compared cell by cell. */
const FOLDER = join(process.cwd(), 'test', 'notebooks');
const NAMES = readdirSync(FOLDER)
  .filter(name => name.endsWith('.ipynb'))
  .map(name => name.replace(/\.ipynb$/, ''));

let cli: Cli;

beforeAll(async () => {
  cli = await makeCli();
  await mkdir(join(cli.home, 'theirs'));
  const files = NAMES.map(name => join(FOLDER, `${name}.ipynb`));
  const [theirs, ours] = await Promise.all([
    throughNbclient(files),
    cli.json(['notebook', 'run', ...files, '--allow-errors', '--parallel', '2', '--output-dir', 'ours', '--json']),
  ]);
  expect(theirs).toBe(0);
  expect(ours.data.runs.map(({ name }: { name: string }) => name)).toEqual(NAMES);
}, 180_000);

afterAll(() => cli?.close());

function throughNbclient(files: readonly string[]): Promise<number | null> {
  const script = join(process.cwd(), 'test', 'support', 'nbclient-oracle.py');
  const env = {
    ...cli.env,
    JUPYTER_CONFIG_DIR: cli.config,
    JUPYTER_RUNTIME_DIR: join(cli.home, 'r'),
    IPYTHONDIR: join(cli.home, '.ipython'),
  };
  const child = spawn('python3', [script, join(cli.home, 'theirs'), ...files], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code =>
      code === 0 ? resolve(code) : reject(new Error(`nbclient ended with ${code}:\n${said}`)),
    );
  });
}

const read = (...parts: readonly string[]): RawNotebook => JSON.parse(readFileSync(join(cli.home, ...parts), 'utf8'));

describe('the same as nbclient', () => {
  test.each(NAMES)('%s', name => {
    expect(comparable(read('ours', `${name}.out.ipynb`))).toEqual(comparable(read('theirs', `${name}.ipynb`)));
  });
});
