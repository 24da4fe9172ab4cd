import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/command-list.ts';
import { type Completion, complete, type KnownNames } from '../../../src/cli/complete.ts';
import { completionReply } from '../../../src/cli/complete-reply.ts';
import { readShellLine } from '../../../src/cli/complete-shell-line.ts';
import { optionNames } from '../../../src/cli/spec.ts';

const asked: unknown[] = [];
const names: KnownNames = async (kind, places) => {
  asked.push([kind, places.config, places.profile]);
  return kind === 'session' ? ['training', 'my run'].map(value => ({ value, about: 'local' })) : [];
};

/** Values, and what the shell completes besides; the last word is the one at the cursor. */
async function at(line: string): Promise<{ values: string[]; paths: Completion['paths'] }> {
  const words = line.split(' ');
  const { offers, paths } = await complete(words.slice(0, -1), words.at(-1) ?? '', names);
  return { values: offers.map(({ value }) => value), paths };
}

describe('what is offered', () => {
  test.each([
    ['sess', ['sessions']],
    ['sessions sw', ['switch']],
    ['hist', ['history']],
    ['-v sess', ['sessions']],
    ['--session training sess', ['sessions']],
    ['logs st', ['stats']],
    ['hel', ['help']],
    ['help form', ['formatting']],
    ['help sessions cl', ['close', 'clean']],
    ['help sessions close ', []],
    ['nonsense ', []],
    ['sessions nonsense ', []],
    ['run --runtime j', ['jupyter']],
    ['run --runtime=j', ['--runtime=jupyter']],
    ['connect -m ', ['terminal', 'kernel']],
    ['-s tr', ['training']],
    ['sessions close tr', ['training']],
    ['completion f', ['fish']],
    ['config set propagateExitCode ', ['true', 'false']],
    ['config set nonsense ', []],
    ['schema sessions sw', ['switch']],
    ['run --js', ['--json', '--json-lines']],
    ['run ls --js', ['--json', '--json-lines']],
    ['run ls -', []],
    ['run -- ls --js', []],
    ['disconnect -- --al', []],
    ['disconnect --al', ['--all']],
    ['disconnect --all --al', []],
    ['connect --gpu T4 --cp', []],
    ['connect --cp', ['--cpu']],
    ['connect --gpu A', ['A100']],
    ['connect --gpu=L4,T', ['--gpu=L4,T4']],
    ['run -k', ['-k']],
  ])('%s', async (line, values) => {
    expect((await at(line)).values).toEqual(values);
  });

  test.each([
    ['upload ', 'files'],
    ['run -f ', 'files'],
    ['run --file=a', 'files'],
    ['run python tr', 'files'],
    ['run --sync ', 'folders'],
    ['sync ', 'folders'],
    ['notebook run ', 'notebooks'],
    ['run --folder ', 'none'],
    ['run --timeout ', 'none'],
    ['status ', 'none'],
  ])('%s: paths', async (line, paths) => {
    expect((await at(line)).paths).toBe(paths);
  });

  test('where nothing else can stand, the options that are not given yet', async () => {
    const { values } = await at('disconnect --all ');
    expect(values).toContain('--keep-runtime');
    expect(values).not.toContain('--all');
  });

  test('every command and every option of each', async () => {
    for (const { path, options = [] } of COMMANDS) {
      expect((await at(path.join(' '))).values).toContain(path.at(-1));
      const { values } = await at([...path, '--'].join(' '));
      expect(values).toEqual(expect.arrayContaining(options.map(option => optionNames(option).long)));
    }
  });

  test('names are those of the settings that the line chooses', async () => {
    await at('--config other.json -s tr');
    await at('run --profile=work -s tr');
    expect(asked.slice(-2)).toEqual([
      ['session', 'other.json', null],
      ['session', null, 'work'],
    ]);
  });
});

describe('the answer', () => {
  test('of zsh, fish and PowerShell: paths, then value and description', async () => {
    expect(await completionReply(['zsh', '=tr', '-s'], names)).toBe('none\ntraining\tlocal');
    expect(await completionReply(['fish', '=', 'notebook', 'run'], names)).toBe('notebooks');
  });

  test.each([
    ['lecoder-cgpu -s my', '=:', 'none\nmy\\ run'],
    ["lecoder-cgpu -s 'my", '=:', 'none\nmy run'],
    ['lecoder-cgpu run --runtime=l', '=:', 'none\nlocal'],
    ['lecoder-cgpu run --runtime=l', '', 'none\n--runtime=local'],
    ['lecoder-cgpu run --runtime=', '=', 'none\ncolab\njupyter\nlocal'],
  ])('of bash: what is to stand behind its last word break: %s with %j', async (line, breaks, reply) => {
    expect(await completionReply(['bash', `=${line}`, `=${breaks}`], names)).toBe(reply);
  });

  test.each([[[]], [['zsh']], [['zsh', 'sess']]])('none for %j', async words => {
    expect(await completionReply(words, names)).toBeNull();
  });
});

test.each([
  ['p a b', ['a'], 'b', ''],
  ['p a ', ['a'], '', ''],
  ["p 'a b' \"c d", ['a b'], 'c d', '"'],
  ['p a\\ b', [], 'a b', ''],
  ["p 'a\\", [], 'a\\', "'"],
  ['p "" x', [''], 'x', ''],
  ['p', [], 'p', ''],
])('the shell line %j', (line, words, current, quote) => {
  expect(readShellLine(line)).toEqual({ words, current, quote });
});
