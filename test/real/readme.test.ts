import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';

/** Runs every line of the README's console blocks in turn and compares what a person would see. `…` stands for anything. */
let cli: Cli;
let path: string;

beforeAll(async () => {
  cli = await makeCli({ LECODER_RUNTIME: '' });
  path = await cli.commandsOnPath();
});
afterAll(async () => cli?.close(), 60_000);

test('the README says what happens', async () => {
  const text = await readFile(join(process.cwd(), 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(found => found[1] ?? '');
  expect(blocks.length).toBeGreaterThanOrEqual(10);
  for (const block of blocks) {
    for (const part of block.split(/^\$ /m).filter(piece => piece !== '')) {
      const [line = '', ...rest] = part.split('\n');
      const seen = (await shell(line)).replace(/^Start(ing|ed) a Jupyter server.*\n/gm, '');
      expect(`$ ${line}\n${seen}`).toMatch(asPattern(`$ ${line}\n${rest.join('\n')}`));
    }
  }
}, 180_000);

function asPattern(text: string): RegExp {
  return new RegExp(
    `^${text
      .split('…')
      .map(piece => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
  );
}

/** Both streams in one, as on a terminal. */
function shell(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', `{ ${line}\n} 2>&1`], {
      cwd: cli.home,
      env: { ...cli.env, PATH: path },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let seen = '';
    child.stdout.on('data', chunk => {
      seen += chunk;
    });
    child.on('error', reject);
    child.on('close', () => resolve(seen));
  });
}
