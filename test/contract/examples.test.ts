import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { COMMANDS } from '../../src/cli/command-list.ts';
import { START } from '../../src/cli/help.ts';
import { isFailure } from '../../src/core/failure.ts';
import { type DocBlock, docBlocks, filledIn, scriptOf } from '../support/doc-blocks.ts';
import { ourCalls, shellCommands } from '../support/shell-commands.ts';
import { sources } from '../support/source-imports.ts';

/**
 * Every command line that we show anywhere is understood by the real parser: in help, documentation, templates and hints.
 * `test/real/examples.test.ts` runs those that a test can run.
 */
const ROOT = process.cwd();
const below = (folder: string) =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name))
    : [];
const DOCS = ['README.md', ...['docs', 'skills', 'integrations'].flatMap(below)].filter(name => name.endsWith('.md'));
const texts = new Map(DOCS.map(name => [name, readFileSync(join(ROOT, name), 'utf8')]));
const SHELLS = new Set(['sh', 'bash', 'console', 'yaml']);

/** Why the parser refuses these words, or null. */
async function objection(words: readonly string[]): Promise<string | null> {
  try {
    await readCommandLine(words);
    return null;
  } catch (error) {
    if (isFailure(error, 'usage')) return `${words.join(' ')}: ${error.message}`;
    throw error;
  }
}

/** In a sentence a command may go without what it needs: `lecoder-cgpu upload` is its name. */
const unknownCalls = async (calls: readonly (readonly string[])[]) => {
  const found = await Promise.all(
    calls.map(async words => ((await objection([...words, 'PLACEHOLDER'])) === null ? null : objection(words))),
  );
  return found.filter(each => each !== null);
};

const objections = async (calls: readonly (readonly string[])[]) =>
  (await Promise.all(calls.map(objection))).filter(found => found !== null);

const blocks = [...texts].flatMap(([name, text]) => docBlocks(name, text));
const shellBlocks = blocks.filter(({ language }) => SHELLS.has(language));

test.each(shellBlocks.map(block => [block.where, block] as const))('%s is a script that we take', async (_, block) => {
  const script = scriptOf(block);
  expect(await objections(ourCalls(script))).toEqual([]);
  if (block.language !== 'yaml')
    expect(() => execFileSync('bash', ['-n'], { input: script, stdio: 'pipe' })).not.toThrow();
});

test('a block with our commands says what it is, and what is not run says why', () => {
  const mute = blocks.filter(({ language, text }) => language === '' && /^(\$ )?lecoder-cgpu /m.test(text));
  expect(mute.map(({ where }) => where)).toEqual([]);
  const bad = blocks.filter(({ info }) => info.startsWith('no-run') && !/^no-run: \w+/.test(info));
  expect(bad.map(({ where }) => where)).toEqual([]);
});

/** Its command is one that is not there, to be added. */
const PRETENDS = 'docs/adding-a-command.md';

test.each(DOCS.filter(name => name !== PRETENDS))('what %s says in a sentence', async name => {
  const prose = (texts.get(name) ?? '').replaceAll('\\|', '|').replace(/^( *)```[\s\S]*?^\1```$/gm, '');
  expect(await unknownCalls(inSentences(prose).flatMap(ourCalls))).toEqual([]);
});

test('what messages and hints say to type', async () => {
  const said = [...sources(join(ROOT, 'src')).values()].flatMap(text => [
    ...[...text.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g)].flatMap(([quoted]) => inSentences(quoted)),
    ...[...text.matchAll(/\\`[^`]*\\`/g)].flatMap(([escaped]) => inSentences(escaped.replaceAll('\\`', '`'))),
  ]);
  expect(said.length).toBeGreaterThan(50);
  expect(await unknownCalls(said.flatMap(ourCalls))).toEqual([]);
});

/** Whole command lines between backticks; one with a gap in it is not whole. */
function inSentences(text: string): string[] {
  return [...text.matchAll(/`(lecoder-cgpu [^`\n]+)`/g)]
    .map(found => filledIn(found[1] ?? ''))
    .filter(line => !/[…[\]]|\$\{|\|[a-z]/.test(line));
}

describe('help', () => {
  const examples = [...COMMANDS, { examples: START }].flatMap(({ examples = [] }) => examples.map(({ line }) => line));

  test.each(examples)('%s', async line => {
    const calls = ourCalls(filledIn(line));
    expect(calls.length).toBeGreaterThan(0);
    expect(await objections(calls)).toEqual([]);
    for (const call of calls) expect((await readCommandLine(call)).kind).toBe('command');
  });
});

describe('the reader of scripts', () => {
  test.each([
    ['a \'b c\' "d e" f\\ g', [['a', 'b c', 'd e', 'f g']]],
    ['X=1 a b # not this', [['a', 'b']]],
    ['a | b && c; d & e', [['a'], ['b'], ['c'], ['d'], ['e']]],
    ['a 2>&1 >out <in b', [['a', 'b']]],
    [
      'eval "$(a b)"',
      [
        ['a', 'b'],
        ['eval', '$()'],
      ],
    ],
    ['a \\\n b', [['a', 'b']]],
    ['if a; then b; fi', [['a'], ['b']]],
    ['a <<EOF\nnot b\nEOF\nc', [['a'], ['c']]],
    ['(a; b)', [['a'], ['b']]],
  ])('%j', (script, commands) => {
    expect(shellCommands(script)).toEqual(commands);
  });

  test('finds our calls, and only ours', () => {
    const script = 'npm i -g lecoder-cgpu && ssh h lecoder-cgpu status; docker run i bash -c "lecoder-cgpu usage"';
    expect(ourCalls(script)).toEqual([['status'], ['usage']]);
  });

  test('a wrong line is found', async () => {
    const block: DocBlock = { where: '', language: 'console', info: '', text: '$ lecoder-cgpu run --gpuu T4 x\n' };
    expect(await objections(ourCalls(scriptOf(block)))).toEqual([
      'run --gpuu T4 x: `lecoder-cgpu run` has no option `--gpuu`',
    ]);
  });
});
