import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript
import { npmContents } from '../../scripts/packages/npm-contents.mjs';
// @ts-expect-error plain JavaScript
import { npm } from '../../scripts/steps.mjs';
import { VERSION } from '../../src/version.ts';
import { runProgram } from '../support/run-program.ts';

/** The npm package as a stranger gets it: packed, then installed into an empty folder without a network or a cache. */
let folder: string;
let packed: { name: string; size: number; files: { path: string; size: number; mode: number }[] };

const prefix = () => join(folder, 'prefix');
const installed = () =>
  join(prefix(), ...(process.platform === 'win32' ? [] : ['lib']), 'node_modules', 'lecoder-cgpu');

function environment(): Record<string, string> {
  const bin = process.platform === 'win32' ? prefix() : join(prefix(), 'bin');
  const python = dirname(process.env.LECODER_TEST_PYTHON ?? '');
  return {
    PATH: [bin, python, process.env.PATH].join(delimiter),
    HOME: join(folder, 'home'),
    USERPROFILE: join(folder, 'home'),
    LECODER_CONFIG_DIR: join(folder, 'home', 'config'),
    XDG_DATA_HOME: join(folder, 'home', 'data'),
    npm_config_cache: join(folder, 'cache'),
    npm_config_userconfig: join(folder, 'no-npmrc'),
    ...(process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot }),
    ...(process.env.LECODER_TEST_RUN === undefined ? {} : { LECODER_TEST_RUN: process.env.LECODER_TEST_RUN }),
  };
}

async function runNpm(words: readonly string[], cwd: string): Promise<string> {
  const { command, args } = npm(words);
  const { code, stdout, stderr } = await runProgram(command, args, { env: environment(), cwd });
  expect(stderr, stderr).not.toContain('npm error');
  expect(code).toBe(0);
  return stdout;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lecoder-package-'));
  for (const name of ['staged', 'home', 'cache', 'prefix']) mkdirSync(join(folder, name));
  await npmContents(join(folder, 'staged'));
  const said = await runNpm(
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    join(folder, 'staged'),
  );
  const told = JSON.parse(said);
  packed = Array.isArray(told) ? told[0] : Object.values(told)[0];
  const archive = join(folder, `lecoder-cgpu-${VERSION}.tgz`);
  await runNpm(['install', '--global', '--prefix', prefix(), '--offline', '--no-audit', archive], folder);
});

afterAll(async () => {
  await shell('lecoder-cgpu disconnect --all --runtime local');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}, 60_000);

/** Both streams in one, as on a terminal. */
function shell(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', `{ ${line}\n} 2>&1`], {
      cwd: join(folder, 'home'),
      env: environment(),
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

test('it brings only what it needs', () => {
  const stray = packed.files
    .map(({ path }) => path)
    .filter(path => !/^(dist|man|skills)\//.test(path) && !path.endsWith('.md'))
    .sort();
  expect(stray).toEqual(['LICENSE', 'THIRD-PARTY-LICENSES.txt', 'package.json']);
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['README.md', 'CHANGELOG.md', 'dist/lecoder-cgpu.cjs', 'man/lecoder-cgpu.1']),
  );
  // All of it is to be fetched before the first run in a CI job.
  expect(packed.size).toBeLessThan(2_000_000);
});

test('nothing else is installed with it', () => {
  expect(readdirSync(dirname(installed())).filter(name => !name.startsWith('.'))).toEqual(['lecoder-cgpu']);
  const { dependencies = {}, scripts = {} } = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8'));
  expect(dependencies).toEqual({});
  expect(Object.keys(scripts).filter(name => /install|prepare$/.test(name))).toEqual([]);
});

test('the licences of what is bundled are there, and every manual page that it names', () => {
  const licences = readFileSync(join(installed(), 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['commander', 'ws', 'zod', 'undici']) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
  expect(licences).not.toContain('Node.js is licensed');
  const { man } = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8'));
  expect([...man].sort()).toEqual(
    readdirSync(join(installed(), 'man'))
      .map(name => `man/${name}`)
      .sort(),
  );
});

test('it knows that npm installed it', async () => {
  const said = await shell('lecoder-cgpu upgrade --version 99.0.0');
  expect(said).toContain('installed with npm');
  expect(said).toContain('npm install -g lecoder-cgpu@99.0.0');
});

test("the README's first examples work with it", async () => {
  expect(await shell('lecoder-cgpu --version')).toBe(`${VERSION}\n`);
  const readme = readFileSync('README.md', 'utf8');
  const blocks = [...readme.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(found => found[1] ?? '').slice(0, 3);
  const examples = blocks.flatMap(block => block.split(/^\$ /m).filter(part => part !== ''));
  expect(examples.length).toBeGreaterThanOrEqual(5);
  for (const example of examples) {
    const [line = '', ...rest] = example.split('\n');
    const seen = (await shell(line)).replace(/^Start(ing|ed) a Jupyter server.*\n/gm, '');
    expect(`$ ${line}\n${seen.replace(/^ +/gm, '')}`).toBe(`$ ${line}\n${rest.join('\n')}`);
  }
});
