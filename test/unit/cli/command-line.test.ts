import { expect, test } from 'vitest';
import { jsonWanted, readCommandLine } from '../../../src/cli/command-line.ts';
import { isFailure } from '../../../src/core/failure.ts';

async function read(...argv: string[]): Promise<unknown> {
  try {
    const invocation = await readCommandLine(argv);
    switch (invocation.kind) {
      case 'command':
        return { path: invocation.spec.path.join(' '), ...invocation.input };
      case 'help':
        return `help ${invocation.place.path.join(' ')}`.trim();
      default:
        return invocation.kind;
    }
  } catch (error) {
    if (!isFailure(error, 'usage')) throw error;
    return `refused: ${error.message}`;
  }
}

async function flags(...argv: string[]) {
  const invocation = await readCommandLine(argv);
  if (invocation.kind !== 'command') throw new Error(invocation.kind);
  return invocation.flags;
}

test.each<[string[], unknown]>([
  [[], 'help'],
  [['--help'], 'help'],
  [['-h'], 'help'],
  [['help'], 'help'],
  [['help', 'run'], 'help run'],
  [['run', '--help'], 'help run'],
  [['run', '-h'], 'help run'],
  [['-h', 'run'], 'help run'],
  [['sessions', '--help'], 'help sessions'],
  [['sessions', 'list', '-h'], 'help sessions list'],
  [['logs', '--help', 'stats'], 'help logs stats'],
  [['-V'], 'version'],
  [['--version'], 'version'],
  [['-v'], 'version'],
  [['-v', '--json'], 'version'],
  [['status', '--version'], 'version'],
  [['sessions'], 'incomplete'],
  [['--json', 'debug'], 'incomplete'],
  [['status', '-v'], { path: 'status' }],
])('%j asks for %j', async (argv, expected) => {
  expect(await read(...argv)).toEqual(expected);
});

test.each<[string[], object]>([
  [['logs'], { path: 'logs', limit: 50 }],
  [['history', '-n', '5'], { path: 'logs', limit: 5 }],
  [['logs', '-n5', '--status', 'ok'], { path: 'logs', limit: 5, status: 'ok' }],
  [['logs', 'stats'], { path: 'logs stats' }],
  [['logs', '--status', 'error', 'stats'], { path: 'logs stats', status: 'error' }],
  [['history', 'clear', '--confirm'], { path: 'logs clear', confirm: true }],
  [['sessions', '--json', 'list', '--stats'], { path: 'sessions list', stats: true }],
  [['sessions', 'close', 'train', '--keep-runtime'], { path: 'sessions close', id: 'train', keepRuntime: true }],
  [['sessions', 'close', '--', '-odd-name'], { path: 'sessions close', id: '-odd-name' }],
  [
    ['connect', '--gpu', 'A100,T4', '-g', 'L4', '--no-shell'],
    { path: 'connect', gpu: ['A100', 'T4', 'L4'], shell: false, timeout: 60 },
  ],
  [['connect', '--tpu'], { path: 'connect', tpu: true, timeout: 60 }],
  [['connect', '--tpu', 'v5e-1', '-t', '2m'], { path: 'connect', tpu: 'v5e-1', timeout: 120 }],
  [['schema', 'sessions', 'list'], { path: 'schema', command: ['sessions', 'list'] }],
  [
    ['debug', 'show', '-s', 'text', '-c', 'kernel'],
    { path: 'debug show', search: 'text', category: 'kernel', limit: 50, level: 'info' },
  ],
])('%j gives %j', async (argv, expected) => {
  expect(await read(...argv)).toEqual(expected);
});

test.each<[string[], object]>([
  [['run'], { words: [], code: null, mode: 'terminal' }],
  [['run', 'ls', '-la', 'my file'], { words: ['ls', '-la', 'my file'], code: "ls -la 'my file'", mode: 'terminal' }],
  [['run', 'ls | wc -l'], { words: ['ls | wc -l'], code: 'ls | wc -l', mode: 'terminal' }],
  [['run', '-k', '1', '+', '1'], { kernel: true, words: ['1', '+', '1'], code: '1 + 1', mode: 'kernel' }],
  [
    ['run', '--json', '--kernel', '1', '+', '1'],
    { kernel: true, words: ['1', '+', '1'], code: '1 + 1', mode: 'kernel' },
  ],
  [['run', 'x = 1', '-k'], { kernel: true, words: ['x = 1'], code: 'x = 1', mode: 'kernel' }],
  [['run', '-m', 'kernel', '--json', 'x'], { words: ['x'], code: 'x', mode: 'kernel' }],
  [['run', '-e', 'A=1', '-e', 'B', 'env'], { env: ['A=1', 'B'], words: ['env'], code: 'env', mode: 'terminal' }],
  [['run', '--', '--json'], { words: ['--json'], code: '--json', mode: 'terminal' }],
  [
    ['run', '-k', '-f', 'train.py', '--timeout', '0'],
    { kernel: true, file: 'train.py', timeout: 0, words: [], code: null, mode: 'kernel' },
  ],
  [['run', '-'], { words: ['-'], code: '-', mode: 'terminal' }],
])('%j runs %j', async (argv, expected) => {
  expect(await read(...argv)).toEqual({ path: 'run', ...expected });
});

test.each<[string[], string]>([
  [['nope'], 'refused: `lecoder-cgpu` has no command `nope`'],
  [['--gpu', 'T4', 'run'], 'refused: `lecoder-cgpu` has no option `--gpu`'],
  [['run', '-1', 'x'], 'refused: `lecoder-cgpu run` has no option `-1`'],
  [['run', '-kz', 'x'], 'refused: `lecoder-cgpu run` has no option `-kz`'],
  [['logs', '-n'], 'refused: `--limit` needs a value'],
  [['status', '--json', 'x'], 'refused: `lecoder-cgpu status` takes no word, but got `x`'],
  [['kernel', 'execute', 'a', 'b'], 'refused: `lecoder-cgpu kernel execute` has no use for the word `b`'],
  [['run', '--kernel', '--mode', 'terminal', 'x'], 'refused: `--kernel` and `--mode terminal` exclude each other'],
])('%j is %j', async (argv, expected) => {
  expect(await read(...argv)).toBe(expected);
});

test('global options count before and after the command, and the later one wins', async () => {
  expect(await flags('-s', 'one', 'status')).toMatchObject({ session: 'one' });
  expect(await flags('status', '-s', 'two')).toMatchObject({ session: 'two' });
  expect(await flags('-s', 'one', 'status', '--session=two', '-v')).toMatchObject({ session: 'two', verbose: true });
  expect(await flags('-s', 'one', 'debug', 'show', '-s', 'text')).toMatchObject({ session: 'one' });
  expect(await flags('--no-input', '--no-color', '--runtime', 'local', 'run', '-q', 'ls')).toMatchObject({
    input: false,
    color: false,
    runtime: 'local',
    quiet: true,
  });
  expect(await flags('run', 'ls')).toEqual({
    json: false,
    jsonLines: false,
    verbose: false,
    quiet: false,
    input: true,
    color: null,
    config: null,
    profile: null,
    session: null,
    runtime: null,
    forceLogin: false,
    server: null,
    token: null,
  });
});

test.each<[string[], 'json' | 'json-lines' | null]>([
  [['--json', '--bogus'], 'json'],
  [['--bogus', '--json'], 'json'],
  [['run', 'ls', '--json'], 'json'],
  [['run', '--', 'ls', '--json'], null],
  [['--json', '--json-lines'], 'json-lines'],
  [['run', '"--json"'], null],
])('the answer to %j is %s', (argv, format) => {
  expect(jsonWanted(argv)).toBe(format);
});
