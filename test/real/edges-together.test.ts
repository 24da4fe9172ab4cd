import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, type Finished, makeCli } from '../support/cli.ts';
import { until } from '../support/until.ts';

// Many at a time, and ends that nobody asked for.

let cli: Cli;
beforeAll(async () => {
  cli = await makeCli();
  await cli.call(['run', '-k', 'import os']);
});
afterAll(async () => cli.close());

test('two hundred at a time lose nothing and leave no lock behind', async () => {
  const before = (await cli.json(['logs', '--json', '-n', '1000'])).data.length;
  const kinds = [
    ...Array.from({ length: 160 }, () => ['--version']),
    ...Array.from({ length: 20 }, () => ['sessions', 'list', '--json']),
    ...Array.from({ length: 10 }, (_, index) => ['run', '-k', `print(${index})`]),
    ...Array.from({ length: 10 }, (_, index) => [
      'config',
      'set',
      index % 2 ? 'defaultGpu' : 'localPython',
      `x${index}`,
    ]),
  ];
  const done = await Promise.all(kinds.map(args => cli.call(args)));
  expect(done.filter(({ code, stderr }) => code !== 0 || /warning|error/.test(stderr))).toEqual([]);
  const outputs = (verb: string): Finished[] => done.filter((_, index) => kinds[index]?.[0] === verb);
  expect(new Set(outputs('--version').map(({ stdout }) => stdout)).size).toBe(1);
  for (const { stdout } of outputs('sessions')) expect(JSON.parse(stdout).sessions).toHaveLength(1);
  expect(outputs('run').map(({ stdout }) => stdout)).toEqual(Array.from({ length: 10 }, (_, index) => `${index}\n`));
  expect((await cli.json(['logs', '--json', '-n', '1000'])).data).toHaveLength(before + 10);
  const settings = JSON.parse(await readFile(join(cli.config, 'config.json'), 'utf8'));
  expect(settings).toEqual({
    defaultGpu: expect.stringMatching(/^x[13579]$/),
    localPython: expect.stringMatching(/^x[02468]$/),
  });
  await cli.call(['config', 'unset', 'localPython']);
  const left = await readdir(cli.config, { recursive: true });
  expect(left.filter(name => /\.(lock|tmp|claim|new)$/.test(name))).toEqual([]);
}, 60_000);

/** Whether a process of this machine is there, as the code it ran said its number. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s', name => {
  test('ends the remote command too', async () => {
    const { code, stdout } = await cli.call(['run', 'echo $$; exec sleep 300'], {
      watch: ({ stdout: soFar }, signal) => soFar.includes('\n') && signal(name),
    });
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(1);
    expect(code).toBe(130);
    await until(() => !isThere(pid));
  });

  test('interrupts the cell; the kernel keeps what it knows', async () => {
    await cli.call(['run', '-k', `kept = "${name}"`]);
    const { code, stdout } = await cli.call(
      ['run', '-k', '--json-lines', 'import time\nprint("running", flush=True)\ntime.sleep(300)'],
      { watch: ({ stdout: soFar }, signal) => soFar.includes('running') && signal(name) },
    );
    expect(code).toBe(130);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      status: 'abort',
      success: false,
      error: { code: 1208, exit: 130 },
    });
    expect((await cli.call(['run', '-k', 'print(kept)'])).stdout).toBe(`${name}\n`);
  });
});

test('a command that was killed leaves nothing that stops the next', async () => {
  for (let round = 0; round < 3; round++) {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [join(process.cwd(), 'dist', 'lecoder-cgpu.cjs'), 'run', '-k', 'print(1)'],
        {
          env: cli.env,
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      // the result is there, and about to be recorded
      child.stdout.once('data', () => child.kill('SIGKILL'));
      child.once('error', reject);
      child.once('close', () => resolve());
    });
  }
  const { code, stdout, stderr } = await cli.call(['run', '-k', 'print(2)']);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '2\n', stderr: '' });
});
