import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type OpenHalf, openHalf, pieces, run, sha256, startKernel, watch } from '../support/remote-half.ts';

let server: TestServer;
let open: OpenHalf;

beforeAll(async () => {
  server = await startJupyter();
  open = await openHalf(server.doorway, await startKernel(server.doorway));
});
afterAll(async () => {
  await open?.[Symbol.asyncDispose]();
  await server?.stop();
});

const bytes = (text: string) => Buffer.from(text);
const ok = { kind: 'ok' };

describe('output', () => {
  test('is kept apart by stream, and is nothing but what the command wrote', async () => {
    const written = await run(open.half, 'echo out; echo err >&2; printf "no newline\\r"');
    expect(written).toEqual({ outcome: ok, stdout: bytes('out\nno newline\r'), stderr: bytes('err\n') });
  });

  test('20 MB of any bytes arrive as they are', async () => {
    const program = 'head -c 20000000 /dev/urandom | tee >(sha256sum >&2)';
    const { stdout, stderr, outcome } = await run(open.half, program);
    expect(outcome).toEqual(ok);
    expect(stdout.byteLength).toBe(20_000_000);
    expect(stderr.toString().split(' ')[0]).toBe(sha256(stdout));
  });

  test('a line of 5 MB is one line', async () => {
    const { stdout } = await run(open.half, "head -c 5000000 /dev/zero | tr '\\0' x; echo");
    expect(stdout.byteLength).toBe(5_000_001);
    expect(stdout.indexOf('\n')).toBe(5_000_000);
  });

  test('a command of 300 KB runs', async () => {
    const text = 'y'.repeat(300_000);
    const { stdout } = await run(open.half, `printf %s '${text}' | wc -c`);
    expect(stdout.toString().trim()).toBe('300000');
  });

  test('no variable of the notebook world makes tools colour what goes into a pipe', async () => {
    const { stdout } = await run(open.half, 'env');
    expect(stdout.toString()).not.toMatch(/^(FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|JPY_PARENT_PID|MPLBACKEND)=/m);
    expect(stdout.toString()).not.toContain('TERM=xterm-color');
  });
});

describe('status', () => {
  test.each([
    ['true', ok],
    ['exit 3', { kind: 'exit', status: 3 }],
    ['no-such-command-here', { kind: 'exit', status: 127 }],
    ['kill -9 $$', { kind: 'exit', status: 137, signal: 'SIGKILL' }],
    ['kill -TERM $$', { kind: 'exit', status: 143, signal: 'SIGTERM' }],
    ['exit 124', { kind: 'exit', status: 124 }],
  ])('of `%s`', async (command, outcome) => {
    expect((await run(open.half, command)).outcome).toEqual(outcome);
  });

  test('a folder that is not there is told apart from a command that fails', async () => {
    await expect(run(open.half, 'true', { folder: '/no/such/folder' })).rejects.toMatchObject({
      kind: 'fileNotFound',
      message: expect.stringContaining('/no/such/folder'),
    });
  });

  test('folder and variables are the command’s own', async () => {
    const { stdout } = await run(open.half, 'pwd; echo "$GREETING"', {
      folder: '/usr',
      env: { GREETING: 'hé "quoted"\n$x' },
    });
    expect(stdout.toString()).toBe('/usr\nhé "quoted"\n$x\n');
    expect((await run(open.half, 'echo "[$GREETING]"')).stdout.toString()).toBe('[]\n');
  });
});

describe('input', () => {
  test('none is the end of file at once', async () => {
    expect((await run(open.half, 'wc -c')).stdout.toString().trim()).toBe('0');
  });

  test('reaches the command with its end', async () => {
    const input = pieces(bytes('a\r\nb\0c'), 2);
    const { stdout, outcome } = await run(open.half, 'cat', { input });
    expect({ stdout, outcome }).toEqual({ stdout: bytes('a\r\nb\0c'), outcome: ok });
  });

  test('30 MB go through `cat` both ways at once', async () => {
    const data = randomBytes(30_000_000);
    const { stdout, outcome } = await run(open.half, 'cat', { input: pieces(data, 65_536) });
    expect(outcome).toEqual(ok);
    expect(stdout.byteLength).toBe(data.byteLength);
    expect(sha256(stdout)).toBe(sha256(data));
  });

  test('sent to a kernel that does not have the remote half yet is not lost, nor late', async () => {
    const data = randomBytes(3_000_000);
    await using cold = await openHalf(server.doorway, await startKernel(server.doorway));
    const started = performance.now();
    const { stdout } = await run(cold.half, 'sha256sum', { input: pieces(data, 65_536) });
    expect(stdout.toString().split(' ')[0]).toBe(sha256(data));
    expect(performance.now() - started).toBeLessThan(4000);
  });

  test('a chunk larger than a frame is cut up', async () => {
    const data = randomBytes(9_999_999);
    const { stdout } = await run(open.half, 'sha256sum', { input: pieces(data, data.byteLength) });
    expect(stdout.toString().split(' ')[0]).toBe(sha256(data));
  });

  test('that nobody reads is no error, and its source is released', async () => {
    let released = false;
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(65_536);
      } finally {
        released = true;
      }
    }
    expect((await run(open.half, 'exit 7', { input: endless() })).outcome).toEqual({
      kind: 'exit',
      status: 7,
    });
    const early = await run(open.half, 'head -c 3 | wc -c; exec <&-; sleep 0.2; echo done', {
      input: endless(),
    });
    expect(early.stdout.toString()).toMatch(/3\n *done/);
    await expect.poll(() => released).toBe(true);
  });

  test('`head -1` ends early with its line', async () => {
    const data = bytes(`first\n${'more\n'.repeat(2_000_000)}`);
    const { stdout, outcome } = await run(open.half, 'head -1', { input: pieces(data, 65_536) });
    expect({ stdout, outcome }).toEqual({ stdout: bytes('first\n'), outcome: ok });
  });

  test('is answered piece by piece', async () => {
    const queue: ((line: string | null) => void)[] = [];
    async function* typed() {
      for (;;) {
        const line = await new Promise<string | null>(resolve => queue.push(resolve));
        if (line === null) return;
        yield bytes(line);
      }
    }
    const type = async (line: string | null) => {
      await expect.poll(() => queue.length).toBeGreaterThan(0);
      queue.shift()?.(line);
    };
    const running = watch(open.half, 'while read -r line; do echo "got $line"; done; echo end', {
      input: typed(),
    });
    await type('one\n');
    await running.until('got one\n');
    await type('two\n');
    await running.until('got two\n');
    await type(null);
    expect((await running.written).stdout.toString()).toBe('got one\ngot two\nend\n');
  });
});

describe('signals and limits', () => {
  test('SIGINT reaches the whole group', async () => {
    const running = watch(
      open.half,
      'trap "echo trapped; exit 9" INT; (trap "echo inner; exit" INT; echo ready; while :; do sleep 0.05; done) & wait; wait',
    );
    await running.until('ready');
    running.run.signal('SIGINT');
    const { outcome, stdout } = await running.written;
    expect(outcome).toEqual({ kind: 'exit', status: 9 });
    expect(stdout.toString()).toContain('trapped');
  });

  test('a program that does not handle SIGINT dies of it', async () => {
    const running = watch(open.half, 'echo ready; exec sleep 100');
    await running.until('ready');
    running.run.signal('SIGINT');
    expect((await running.written).outcome).toEqual({ kind: 'exit', status: 130, signal: 'SIGINT' });
  });

  test('the time limit ends the whole group, also what ignores SIGTERM', async () => {
    const program = 'bash -c \'trap "" TERM; echo $$; while :; do sleep 0.1; done\' & echo $$; wait';
    const started = Date.now();
    const { outcome, stdout } = await run(open.half, program, { timeout: 700 });
    expect(outcome).toEqual({ kind: 'timeout', after: 700, restarted: false });
    expect(Date.now() - started).toBeLessThan(8000);
    const pids = stdout.toString().trim().split('\n');
    expect(pids).toHaveLength(2);
    const left = await run(
      open.half,
      `for pid in ${pids.join(' ')}; do grep -s '^State:\t[^ZX]' /proc/$pid/status; done; true`,
    );
    expect(left.stdout.toString()).toBe('');
  });

  test('a command within its limit knows nothing of it', async () => {
    expect((await run(open.half, 'sleep 0.1; exit 5', { timeout: 20_000 })).outcome).toEqual({
      kind: 'exit',
      status: 5,
    });
  });

  test('what is left in the background does not hold the run', async () => {
    const started = Date.now();
    const { stdout, outcome } = await run(open.half, 'sleep 30 & echo $!; head -c 3000000 /dev/zero');
    expect(outcome).toEqual(ok);
    expect(Date.now() - started).toBeLessThan(5000);
    const pid = stdout.toString().split('\n')[0];
    expect(stdout.byteLength).toBe(3_000_000 + `${pid}\n`.length);
    expect((await run(open.half, `kill ${pid}`)).outcome).toEqual(ok);
  });

  test('an endless writer in the background does not hold it either', async () => {
    const { stdout } = await run(open.half, 'yes & echo $! >&2; sleep 0.1');
    expect(stdout.subarray(0, 4).toString()).toBe('y\ny\n');
  });
});
