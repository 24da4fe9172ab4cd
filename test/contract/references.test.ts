import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { runProgram } from '../support/run-program.ts';

/**
 * The snippets of the two published references, kept letter by letter in `references/`, run against the built program.
 * The kernel of the test has no torch, pandas or GPU: what the snippets then print is part of what is checked.
 */
const FOLDER = join(process.cwd(), 'test', 'contract', 'references');

let cli: Cli;
let env: Record<string, string>;

beforeAll(async () => {
  cli = await makeCli();
  env = { ...cli.env, PATH: await cli.commandsOnPath() };
  await cli.call(['connect', '--no-shell']);
}, 180_000);
afterAll(async () => cli?.close(), 60_000);

describe('the API reference', () => {
  test('Python integration', async () => {
    const snippet = await read('api-integration.py');
    expect(await python(snippet)).toMatchObject({ code: 0, stdout: "Error: No module named 'torch'\n" });
    expect(await python(snippet.replace('import torch; torch.cuda.is_available()', '1 + 1'))).toMatchObject({
      code: 0,
      stdout: 'Result: 2\n',
    });
  });

  test('Bash integration', async () => {
    const script = (await read('api-integration.sh')).replace(
      'import torch; torch.cuda.memory_allocated() / 1e9',
      '3e9 / 1e9',
    );
    const ran = await shell(script);
    expect(ran.stdout).toContain('3.0\n');
    expect(ran.stderr).toContain("Error: name 'train_model' is not defined");
  });

  test('Node.js integration', async () => {
    expect(
      await start(process.execPath, ['--input-type=module', '-e', await read('api-integration.mjs')]),
    ).toMatchObject({ code: 0, stdout: '2\n' });
  });

  test('error recovery: gives up at once on a plain error, tries again on a lost connection', async () => {
    const snippet = await read('api-retry.py');
    const plain = await python(`${snippet}\nprint(run_with_retry("1/0")["error"]["code"])`);
    expect(plain.stdout).toBe('1202\n');
    const counted = snippet.replace('time.sleep(2 ** attempt)', 'print("again")');
    const unreachable = await python(`${counted}\nprint(run_with_retry("1")["success"])`, {
      LECODER_RUNTIME: 'jupyter',
      JUPYTER_SERVER_URL: 'http://127.0.0.1:9/',
    });
    expect(unreachable.stdout.split('\n').at(-2)).toBe('False');
  });

  test('error codes named there are the ones reported', async () => {
    expect((await cli.json(['run', '--kernel', '--json', 'x ='])).error.code).toBe(1201);
    expect((await cli.json(['run', '--kernel', '--json', 'import no_such_module'])).error.code).toBe(1205);
  });

  test.each([
    ['run', '--kernel', '--json', '1 + 1'],
    ['run', '--kernel', '--timeout', '3600', '1 + 1'],
  ])('%s %s %s %s', async (...args) => {
    expect((await cli.call(args)).code).toBe(0);
  });
});

describe('the agent reference', () => {
  test('execute code', async () => {
    const { stdout } = await shell(
      (await read('agent-execute.sh')).replace('import torch; print(torch.cuda.is_available())', 'print(False)'),
    );
    const objects = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(objects).toMatchObject([
      { stdout: 'False\n', errorCode: 0 },
      { command: 'run' },
      { stdout: '0\n1\n2\n', errorCode: 0 },
    ]);
  });

  test('status and free GPU memory', async () => {
    expect(JSON.parse((await shell(await read('agent-status.sh'))).stdout)).toMatchObject({
      success: true,
      runtimes: [{}],
    });
    expect((await shell(await read('agent-memory.sh'))).stdout).toMatch(/^(null|"[\d.]+ GB")\n$/);
  });

  test('sessions and history', async () => {
    const listed = await shell(await read('agent-sessions.sh'));
    expect(listed).toMatchObject({ code: 0 });
    const objects = (await shell(await read('agent-history.sh'))).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(objects).toHaveLength(3);
    expect(objects[2]).toMatchObject({ totalExecutions: expect.any(Number), successRate: expect.any(Number) });
  });

  test('auto-retry', async () => {
    const snippet = await read('agent-retry.py');
    expect((await python(`${snippet}\nprint(run_gpu("print('hi')")["stdout"])`)).stdout).toBe('hi\n\n');
    expect((await python(`${snippet}\nprint(run_gpu("import pandas_of_nowhere")["errorCode"])`)).stdout).toBe('1005\n');
  });

  test('debugging', async () => {
    const ran = await shell(
      (await read('agent-debug.sh'))
        .split('\n')
        .filter(line => !line.includes('<cmd>'))
        .join('\n'),
    );
    expect(ran.code).toBe(0);
  });
});

function read(name: string): Promise<string> {
  return readFile(join(FOLDER, name), 'utf8');
}

function python(code: string, extra: Record<string, string> = {}) {
  return start(process.env.LECODER_TEST_PYTHON ?? 'python3', ['-c', code], extra);
}

function shell(script: string) {
  return start('bash', ['-c', script]);
}

function start(command: string, args: readonly string[], extra: Record<string, string> = {}) {
  return runProgram(command, args, { env: { ...env, ...extra }, cwd: cli.home });
}
