import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';

let cli: Cli;

beforeAll(async () => {
  cli = await makeCli();
  const first = await cli.call(['run', '-k', 'print("ready")']);
  expect(first).toMatchObject({ code: 0, stdout: 'ready\n' });
}, 180_000);
afterAll(async () => cli?.close(), 60_000);

describe('kernel mode', () => {
  test('prints output and the value, and keeps variables for the next invocation', async () => {
    expect(
      await cli.call(['run', '-k', 'import sys; n = 20; print("out"); print("err", file=sys.stderr); n + 1']),
    ).toMatchObject({ code: 0, stdout: 'out\n21\n', stderr: 'err\n' });
    expect(await cli.call(['run', '--kernel', 'n'])).toMatchObject({ code: 0, stdout: '20\n', stderr: '' });
  });

  test('streams as it happens', async () => {
    const seen: number[] = [];
    const started = performance.now();
    await cli.call(['run', '-k', 'import time\nfor i in range(3): print(i, flush=True); time.sleep(0.6)'], {
      watch: () => void seen.push(performance.now() - started),
    });
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect((seen.at(-1) ?? 0) - (seen[0] ?? 0)).toBeGreaterThan(900);
  });

  test('the JSON object of the contract', async () => {
    expect(await cli.json(['run', '--json', '-k', 'print("a"); 1 + 1'])).toMatchObject({
      schemaVersion: 1,
      command: 'run',
      success: true,
      status: 'ok',
      errorCode: 0,
      result: '2',
      stdout: 'a\n',
      stderr: '',
      exitCode: 0,
      display_data: [],
      truncated: false,
      executionTime: expect.any(Number),
      execution_count: expect.any(Number),
      timing: {
        startedAt: expect.any(String),
        completedAt: expect.any(String),
        duration: expect.any(Number),
        duration_ms: expect.any(Number),
      },
    });
  });

  test.each([
    ['def (:', 1001, 1201, 'syntax', 5],
    ['undefined_name', 1002, 1202, 'runtime', 5],
    ['raise TimeoutError("t")', 1003, 1203, 'timeout', 6],
    ['raise MemoryError()', 1004, 1204, 'memory', 5],
    ['import cv2', 1005, 1205, 'import', 5],
    ['open("/no/such/file")', 1006, 1206, 'io', 5],
    ['class Odd(BaseException): pass\nraise Odd("x")', 1999, 1202, 'unknown', 5],
    ['raise KeyboardInterrupt', 1003, 1208, 'timeout', 130],
  ])('%j fails with errorCode %i and code %i', async (code, errorCode, cause, category, exit) => {
    const ran = await cli.call(['run', '--json', '-k', code]);
    expect(ran.code).toBe(exit);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      success: false,
      errorCode,
      exitCode: exit === 130 ? 130 : 1,
      error: { code: cause, category },
    });
    expect(ran.stdout).not.toContain('\\u001b');
  });

  test('a missing module comes with the right package', async () => {
    const { error } = await cli.json(['run', '--json', '-k', 'import cv2']);
    expect(error.suggestion).toMatch(/pip install opencv-python$/);
  });

  test('sys.exit carries its status', async () => {
    expect(await cli.json(['run', '--json', '-k', 'import sys; sys.exit(3)'])).toMatchObject({
      exitCode: 3,
      success: false,
    });
    expect((await cli.call(['run', '--propagate-exit-code', '-k', 'exit(7)'])).code).toBe(7);
    expect(await cli.call(['run', '-k', 'exit(0)\nprint("no")'])).toMatchObject({ code: 0, stdout: '' });
  });

  test('code from a file, from `-` and from a pipe', async () => {
    await writeFile(join(cli.home, 'program.py'), 'print("from a file")\n');
    expect((await cli.call(['run', '-f', 'program.py'])).stdout).toBe('from a file\n');
    expect((await cli.call(['run', '-k', '-'], { input: 'print("from -")' })).stdout).toBe('from -\n');
    expect((await cli.call(['run', '-k'], { input: 'print("from a pipe")' })).stdout).toBe('from a pipe\n');
    expect((await cli.call(['kernel', 'execute'], { input: 'print("executed")' })).stdout).toBe('executed\n');
  });

  test('input() without a terminal is refused by Python itself, and at once', async () => {
    const { error } = await cli.json(['run', '--json', '-k', 'input("?")']);
    expect(error.name).toBe('StdinNotImplementedError');
  });

  test('stored text is what a terminal would show in the end', async () => {
    const { stdout } = await cli.json([
      'run',
      '--json',
      '-k',
      'print("10%\\r50%\\r100%"); print("\\x1b[31mred\\x1b[0m")',
    ]);
    expect(stdout).toBe('100%\nred\n');
  });

  test('200,000 lines arrive whole', async () => {
    const { stdout, code } = await cli.call([
      'run',
      '-k',
      'for i in range(200000): print(f"line {i:07d} " + "x" * 60)',
    ]);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(200_001);
    expect(
      lines.every((line, index) => index === 200_000 || line.startsWith(`line ${String(index).padStart(7, '0')} `)),
    ).toBe(true);
  });

  test('images are saved where asked', async () => {
    const code =
      'from IPython.display import Image, display\ndisplay(Image(data=b"\\x89PNG\\r\\n\\x1a\\n123", format="png"))';
    const { stderr } = await cli.call(['run', '-k', '--output-dir', 'plots', code]);
    const path = /image saved as (.+\.png)/.exec(stderr)?.[1] ?? '';
    expect((await readFile(path)).subarray(1, 4).toString()).toBe('PNG');
  });

  test('--max-output keeps the whole in a file', async () => {
    const ran = await cli.json(['run', '--json', '-k', '--max-output', '100', 'print("y" * 5000)']);
    expect(ran).toMatchObject({ truncated: true, success: true });
    expect(ran.stdout.length).toBe(100);
    expect(await readFile(ran.outputFile, 'utf8')).toBe(`${'y'.repeat(5000)}\n`);
    expect((await stat(ran.outputFile)).mode & 0o777).toBe(0o600);
  });
});

describe('shell mode', () => {
  test('keeps streams, bytes and status apart', async () => {
    const ran = await cli.call(['run', 'printf "a\\n\\n\\0\\377b\\r\\n"; echo err >&2; exit 3']);
    expect(ran.bytes).toEqual(Buffer.from('a\n\n\0\xffb\r\n', 'latin1'));
    expect(ran.stderr).toContain('err\n');
    expect(ran.code).toBe(5);
    expect((await cli.json(['run', '--json', 'exit 3'])).exitCode).toBe(3);
  });

  test('a pipe into it and out of it', async () => {
    expect((await cli.call(['run', 'wc -c'], { input: 'data\n' })).stdout.trim()).toBe('5');
    const bytes = Buffer.alloc(5_000_000, Buffer.from([0, 1, 2, 254, 255, 10, 13]));
    const back = await cli.call(['run', 'cat'], { input: bytes });
    expect(createHash('sha256').update(back.bytes).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
  });

  test('words are quoted for the remote shell', async () => {
    expect((await cli.call(['run', 'printf', '%s|', 'a b', '$HOME', "it's"])).stdout).toBe("a b|$HOME|it's|");
    expect((await cli.call(['run', 'echo', '-n', 'x'])).stdout).toBe('x');
  });

  test('a busy kernel and another command hold nothing up', async () => {
    let release = () => {};
    const busy = cli.call(['run', '-k', 'print("busy", flush=True)\nimport time; time.sleep(6)'], {
      watch: () => release(),
    });
    await new Promise<void>(resolve => {
      release = resolve;
    });
    const started = performance.now();
    const [slow, quick] = await Promise.all([cli.call(['run', 'sleep 2; echo slow']), cli.call(['run', 'echo quick'])]);
    expect([slow.stdout, quick.stdout]).toEqual(['slow\n', 'quick\n']);
    expect(performance.now() - started).toBeLessThan(4500);
    expect((await busy).code).toBe(0);
  });

  test('a timeout ends the whole group and says so', async () => {
    const { code, stdout } = await cli.call(['run', '--json', '--timeout', '1', 'sleep 100 & sleep 100']);
    expect(code).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ errorCode: 1003, error: { code: 1203, retryable: true } });
  });

  test('a reader that leaves ends the command', async () => {
    const { stdout } = await cli.call(['run', 'echo first; exec sleep 100'], {
      watch: ({ stdout: soFar }, signal) => soFar.includes('first') && signal('SIGTERM'),
    });
    expect(stdout).toBe('first\n');
    expect((await cli.call(['run', 'pgrep -fc "^sleep 100$"'])).stdout.trim()).toBe('0');
  });
});

describe('Ctrl-C', () => {
  test('interrupts the cell, exits 130 and leaves the kernel usable', async () => {
    await cli.call(['run', '-k', 'kept = 5']);
    const ran = await cli.call(['run', '--json-lines', '-k', 'print("go", flush=True)\nimport time; time.sleep(60)'], {
      watch: ({ stdout }, signal) => stdout.includes('"go') && signal('SIGINT'),
    });
    expect(ran.code).toBe(130);
    expect(JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      status: 'abort',
      exitCode: 130,
      error: { code: 1208 },
    });
    expect((await cli.call(['run', '-k', 'kept'])).stdout).toBe('5\n');
  });

  test('reaches a shell command as SIGINT', async () => {
    const ran = await cli.call(['run', "trap 'echo caught; exit 0' INT; echo go; while :; do sleep 0.1; done"], {
      watch: ({ stdout }, signal) => stdout === 'go\n' && signal('SIGINT'),
    });
    expect(ran).toMatchObject({ code: 130, stdout: 'go\ncaught\n' });
  });
});

describe('secrets', () => {
  test('values of --env and --env-file reach the code and nothing else', async () => {
    await writeFile(join(cli.home, 'vars'), 'SECOND="file-secret-value"\n');
    const args = ['--verbose', '--env', 'FIRST=flag-secret-value', '--env-file', 'vars', '-e', 'THIRD'];
    const env = { THIRD: 'inherited-secret-value', LECODER_CGPU_DEBUG: '1' };
    const inKernel = await cli.call(
      ['run', '-k', ...args, 'import os; [len(os.environ[n]) for n in ("FIRST", "SECOND", "THIRD")]'],
      { env },
    );
    expect(inKernel.stdout).toBe('[17, 17, 22]\n');
    const inShell = await cli.call(
      ['run', ...args, 'for name in FIRST SECOND THIRD; do printenv $name | tr -d "\\n" | wc -c; done'],
      { env },
    );
    expect(inShell.stdout.split(/\s+/).filter(Boolean)).toEqual(['17', '17', '22']);
    expect((await cli.call(['run', '-k', 'import os; os.environ.get("FIRST")'])).stdout).toBe('');
    expect(inKernel.stderr + inShell.stderr).not.toContain('secret-value');
    const found = await cli.call(['run', `grep -rl secret-value ${cli.config} || echo nowhere`]);
    expect(found.stdout.trim()).toBe('nowhere');
  });

  test('values of --secret may be used and are never shown, however the output is cut', async () => {
    await writeFile(join(cli.home, 'token.txt'), 'token-from-a-file\n');
    const env = { FROM_HERE: 'value-from-here' };
    const args = [
      '--secret',
      'A=file:token.txt',
      '--secret',
      'B=env:FROM_HERE',
      '--secret',
      'C=cmd:echo made-by-command',
      '--json',
    ];
    const shell = await cli.json(
      ['run', ...args, 'echo $A; printf value-; sleep 0.2; echo from-here; echo $C; printf %s "$B" | wc -c'],
      { env },
    );
    expect(shell.stdout).toBe('***\n***\n***\n15\n');
    const code = 'import os; print(os.environ["A"][:5], len(os.environ["C"])); raise ValueError(os.environ["B"])';
    const kernel = await cli.json(['run', '-k', ...args, code], { env });
    expect(kernel).toMatchObject({ stdout: 'token 15\n', error: { name: 'ValueError', message: '***' } });
    expect(JSON.stringify(kernel)).not.toContain('value-from-here');
    const { stdout } = await cli.call([
      'run',
      `grep -rlE "token-from-a-file|value-from-here|made-by-command" ${cli.config}/state/history.jsonl ${cli.config}/state/logs || echo nowhere`,
    ]);
    expect(stdout.trim()).toBe('nowhere');
  });

  test('files are private', async () => {
    const listed = await cli.call([
      'run',
      `find ${cli.config} \\( -type f -perm /077 \\) -o \\( -type d -perm /077 \\)`,
    ]);
    expect(listed.stdout).toBe('');
  });
});

describe('history', () => {
  test('has every run, in both modes, also those that fail', async () => {
    await cli.call(['logs', 'clear', '--confirm']);
    await cli.call(['run', '-k', '"kernel run"']);
    await cli.call(['run', 'exit 4']);
    await cli.call(['run', '--runtime', 'jupyter', '--server', 'http://127.0.0.1:9/', 'echo unreachable']);
    const { data } = await cli.json(['logs', '--json']);
    expect(
      data.map((entry: { mode: string; errorCode: number; error?: { code: number } }) => [
        entry.mode,
        entry.errorCode,
        entry.error?.code,
      ]),
    ).toEqual([
      ['terminal', 1003, 1101],
      ['terminal', 1002, 1202],
      ['kernel', 0, undefined],
    ]);
    expect(await cli.json(['logs', 'stats', '--json'])).toMatchObject({
      totalExecutions: 3,
      byStatus: { success: 1, error: 2 },
    });
  });

  test('ten runs at once on one kernel all succeed and all are recorded', async () => {
    await cli.call(['logs', 'clear', '--confirm']);
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, index) => cli.call(['run', '-k', index === 4 ? '1/0' : `print(${index})`])),
    );
    expect(runs.map(({ stdout, code }) => [stdout, code])).toEqual(
      Array.from({ length: 10 }, (_, index) => (index === 4 ? ['', 5] : [`${index}\n`, 0])),
    );
    expect((await cli.json(['logs', '--json', '-n', '100'])).data).toHaveLength(10);
  });
});
