import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SHELLS } from '../../src/core/shells.ts';
import { anyAtTerminal, bundle } from '../support/at-terminal.ts';
import { colabCli } from '../support/colab-cli.ts';
import { runProgram } from '../support/run-program.ts';

/**
 * The scripts of `completion` in real shells at a terminal: Tab is pressed, then `printf` is put before the line, so that
 * the shell itself says what words came of it. Bash is everywhere; zsh and fish are tested where they are, and what the program
 * answers them is tested everywhere in `test/unit/cli/complete.test.ts`.
 */
let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'lecoder-completion-'));
  const [bin, state, work] = ['bin', 'config/state', 'work'].map(name => join(home, name));
  await Promise.all([bin, state, work].map(folder => mkdir(folder ?? '', { recursive: true })));
  await writeFile(join(home, 'bin/lecoder-cgpu'), `#!/bin/sh\nexec '${process.execPath}' '${await bundle()}' "$@"\n`, {
    mode: 0o755,
  });
  const session = (name: string) => ({ name, provider: 'local', runtime: { id: name, label: 'local' } });
  const sessions = { version: 1, active: null, sessions: [session('training'), session('my run')] };
  await writeFile(join(home, 'config/state/sessions.json'), JSON.stringify(sessions));
  const notebooks = { version: 1, notebooks: [{ id: '1AbC', name: 'today.ipynb' }] };
  await writeFile(join(home, 'config/state/notebooks.json'), JSON.stringify(notebooks));
  await mkdir(join(home, 'work/subfolder'));
  await writeFile(join(home, 'work/train me.py'), '');
  await writeFile(join(home, 'work/zoo.ipynb'), '');
  await writeFile(join(home, 'work/zoo.txt'), '');
  env = {
    PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH}`,
    HOME: home,
    LECODER_CONFIG_DIR: join(home, 'config'),
    LANG: 'C.UTF-8',
    PS1: '% ',
    ...(process.env.LECODER_TEST_RUN === undefined ? {} : { LECODER_TEST_RUN: process.env.LECODER_TEST_RUN }),
  };
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** How each shell is started bare, what it shows when it waits for a line, and how it takes the script in. */
const STARTS: Readonly<Record<string, { argv: readonly string[]; prompt: string; load: string }>> = {
  bash: {
    argv: ['bash', '--norc', '--noprofile', '-i'],
    prompt: '% ',
    load: 'eval "$(lecoder-cgpu completion bash)"; bind "set bell-style none"',
  },
  zsh: {
    argv: ['zsh', '-f', '-i'],
    prompt: '\u001b[?2004h',
    load: 'eval "$(lecoder-cgpu completion zsh)"; setopt nolistbeep',
  },
  fish: {
    argv: [
      'fish',
      '--no-config',
      '-i',
      '-C',
      'function fish_prompt; echo "%% "; end; set fish_autosuggestion_enabled 0',
    ],
    prompt: '%% ',
    load: 'lecoder-cgpu completion fish | source',
  },
};

const isThere = (shell: string) =>
  (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, shell)));
const here = Object.keys(STARTS).filter(shell => shell === 'bash' || isThere(shell));

/** Keys, and the words that then stand on the line. */
const CASES: readonly (readonly [keys: string, words: readonly string[]])[] = [
  ['sess\tsw\ttr\t', ['sessions', 'switch', 'training']],
  ['run --runt\tloc\t', ['run', '--runtime', 'local']],
  ['run --runtime=loc\t', ['run', '--runtime=local']],
  ['status -s my\t', ['status', '-s', 'my run']],
  ['upload tra\t', ['upload', 'train me.py']],
  ['sync sub\t', ['sync', 'subfolder/']],
  ['notebook run zoo.i\t', ['notebook', 'run', 'zoo.ipynb']],
  ['notebook delete 1A\t', ['notebook', 'delete', '1AbC']],
  ['config get defaultR\t', ['config', 'get', 'defaultRuntime']],
  ['help exi\t', ['help', 'exit-codes']],
];

describe.each(here)('%s', shell => {
  test('completes what is typed', async () => {
    const { argv, prompt, load } = STARTS[shell] ?? { argv: [], prompt: '', load: '' };
    const terminal = await anyAtTerminal(argv, { env, cwd: join(home, 'work') });
    await terminal.sees(prompt);
    terminal.type(`${load}; printf 'READY%s\\n' .\r`);
    await terminal.sees('READY.');
    await terminal.sees(prompt);
    for (const [index, [keys, words]] of CASES.entries()) {
      const typed = `lecoder-cgpu ${keys}`;
      terminal.type(typed);
      // Ctrl-A goes to the beginning of the line; the shell takes what follows a Tab when that is done.
      terminal.type(`\u0001printf '<%s>' case-${index} \u0005 END\r`);
      const shown = await terminal.sees('<END>');
      const line = ['lecoder-cgpu', ...words].map(word => `<${word}>`).join('');
      // zsh takes the slash of a folder away again before a blank
      const seen = shown.slice(shown.lastIndexOf('<case-')).replace(/<subfolder>/, '<subfolder/>');
      expect(seen).toBe(`<case-${index}>${line}<END>`);
      await terminal.sees(prompt);
    }
    terminal.type('exit\r');
    await terminal.ended();
  });
});

test('one Tab takes no longer than a person waits', async () => {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const started = performance.now();
    const { stdout } = await runProgram(
      join(home, 'bin/lecoder-cgpu'),
      ['complete', 'zsh', '=', 'sessions', 'switch'],
      {
        env,
        cwd: home,
      },
    );
    times.push(performance.now() - started);
    expect(stdout).toBe('none\ntraining\tlocal local\nmy run\tlocal local\n');
  }
  // the least of them, for other tests run beside this one
  expect(Math.min(...times)).toBeLessThan(100);
});

test.each(SHELLS)('the script for %s names no path of this machine', async shell => {
  const { code, stdout } = await runProgram(join(home, 'bin/lecoder-cgpu'), ['completion', shell], { env, cwd: home });
  expect(code).toBe(0);
  expect(stdout).toContain('complete');
  expect(stdout).not.toContain(home);
});

test('notebooks of Drive are known once they were shown, and those that are gone no more', async () => {
  const colab = await colabCli();
  onTestFinished(() => colab.close(), 60_000);
  const ids = async () =>
    (await colab.call(['complete', 'zsh', '=', 'notebook', 'delete'])).stdout.split('\n').slice(1, -1).sort();
  const create = async (name: string) => (await colab.json(['notebook', 'create', name, '--json'])).data.id;
  expect(await ids()).toEqual([]);
  const [first, second] = [await create('one'), await create('two')];
  expect(await ids()).toEqual([`${first}\tone.ipynb`, `${second}\ttwo.ipynb`].sort());
  await colab.call(['notebook', 'delete', first, '--force']);
  expect(await ids()).toEqual([`${second}\ttwo.ipynb`]);
  const file = join(colab.config, 'profiles/emulator/state/notebooks.json');
  await writeFile(file, 'damaged');
  expect(await colab.call(['complete', 'zsh', '=', 'notebook', 'delete'])).toMatchObject({
    code: 0,
    stdout: 'notebooks\n',
    stderr: '',
  });
  await colab.call(['notebook', 'list']);
  expect(await ids()).toEqual([`${second}\ttwo.ipynb`]);
});
