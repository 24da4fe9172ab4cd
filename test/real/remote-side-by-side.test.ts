import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type OpenHalf, openHalf, run, shell, startKernel, watch } from '../support/remote-half.ts';

let server: TestServer;
let open: OpenHalf;
let kernelId: string;

beforeAll(async () => {
  server = await startJupyter();
  kernelId = await startKernel(server.doorway);
  open = await openHalf(server.doorway, kernelId);
});
afterAll(async () => {
  await open?.[Symbol.asyncDispose]();
  await server?.stop();
});

test('a second command is answered while the first streams 100 MB', async () => {
  let size = 0;
  let begun = () => {};
  const streaming = new Promise<void>(resolve => {
    begun = resolve;
  });
  const big = open.half.shell(shell('head -c 100000000 /dev/zero; sleep 0.5; head -c 100000000 /dev/zero'), event => {
    if (event.type === 'output') size += event.data.length;
    begun();
  });
  await streaming;
  const started = performance.now();
  const small = await run(open.half, 'echo hello');
  expect(performance.now() - started).toBeLessThan(1000);
  expect(small.stdout.toString()).toBe('hello\n');
  expect(size).toBeLessThan(200_000_000);
  expect(await big.outcome).toEqual({ kind: 'ok' });
  expect(size).toBe(200_000_000);
});

test('ten at once keep their output apart', async () => {
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      run(open.half, `for i in 1 2 3 4 5; do echo ${index}; sleep 0.02; done; exit ${index}`),
    ),
  );
  for (const [index, { outcome, stdout }] of all.entries()) {
    expect(stdout.toString()).toBe(`${index}\n`.repeat(5));
    expect(outcome).toEqual(index === 0 ? { kind: 'ok' } : { kind: 'exit', status: index });
  }
});

test('two clients share the half in one kernel', async () => {
  await using other = await openHalf(server.doorway, kernelId);
  const [mine, theirs] = await Promise.all([run(open.half, 'echo mine'), run(other.half, 'echo theirs')]);
  expect([mine.stdout.toString(), theirs.stdout.toString()]).toEqual(['mine\n', 'theirs\n']);
});

test('two clients that find the kernel empty both get their answer', async () => {
  const fresh = await startKernel(server.doorway);
  await using one = await openHalf(server.doorway, fresh);
  await using two = await openHalf(server.doorway, fresh);
  const [first, second, third] = await Promise.all([
    run(one.half, 'echo 1'),
    run(two.half, 'echo 2'),
    run(one.half, 'echo 3'),
  ]);
  expect([first, second, third].map(written => written.stdout.toString())).toEqual(['1\n', '2\n', '3\n']);
});

test('a slow reader bounds what is on the way', async () => {
  let received = 0;
  let taken = 0;
  let most = 0;
  const stop = open.link.onMessage(message => {
    for (const buffer of message.buffers) received += buffer.byteLength;
    most = Math.max(most, received - taken);
  });
  const { outcome } = open.half.shell(shell('head -c 60000000 /dev/zero'), event => {
    if (event.type !== 'output') return;
    const size = event.data.length;
    return new Promise(resolve =>
      setTimeout(() => {
        taken += size;
        resolve();
      }, 10),
    );
  });
  expect(await outcome).toEqual({ kind: 'ok' });
  stop();
  expect(received).toBe(60_000_000);
  expect(most).toBeLessThanOrEqual(17 * 1024 * 1024);
  expect(most).toBeGreaterThan(4 * 1024 * 1024);
});

test('a reader that fails ends the command', async () => {
  const { outcome } = open.half.shell(shell('echo $$; exec sleep 60'), event => {
    if (event.type === 'output') throw new Error(`cannot write ${event.data}`);
  });
  await expect(outcome).rejects.toThrow('cannot write');
});

describe('readings', () => {
  test('are numbers that fit together', async () => {
    const readings = await open.half.readings(new AbortController().signal);
    const { memory, disk, cpus, load, uptime, python, folder, gpus } = readings;
    expect(memory && memory.used + memory.free).toBeLessThanOrEqual(memory?.total ?? 0);
    expect(memory?.total).toBeGreaterThan(64 * 1024 * 1024);
    expect(disk?.path).toBe(folder);
    expect(disk && disk.free + disk.used).toBeLessThanOrEqual(disk?.total ?? 0);
    expect(cpus).toBeGreaterThanOrEqual(1);
    expect(load).toBeGreaterThanOrEqual(0);
    expect(uptime).toBeGreaterThan(0);
    expect(python).toMatch(/^3\.\d+\.\d+$/);
    const { outcome } = await run(open.half, 'command -v nvidia-smi');
    if (outcome.kind !== 'ok') expect(gpus).toBeNull();
    else expect(gpus === null || gpus.length > 0).toBe(true);
  });

  test('can be given up', async () => {
    const reason = new Error('enough');
    await expect(open.half.readings(AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const reading = open.half.readings(controller.signal);
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});

test('nothing of ours is in the namespace of the kernel, nor in its count or history', async () => {
  await run(open.half, 'true');
  const answers: Record<string, unknown>[] = [];
  const sent = open.link.send({
    channel: 'shell',
    type: 'execute_request',
    content: {
      code: '',
      silent: false,
      store_history: true,
      user_expressions: {
        names: "[n for n in globals() if 'lecoder' in n.lower() or n in ('half', 'load', 'Half')], In, Out",
      },
      allow_stdin: false,
      stop_on_error: true,
    },
  });
  await new Promise<void>(resolve => {
    const stop = open.link.onMessage(message => {
      if (message.header.msg_type !== 'execute_reply' || message.parent_header.msg_id !== sent) return;
      answers.push(message.content);
      stop();
      resolve();
    });
  });
  expect(answers[0]?.user_expressions).toMatchObject({
    names: { status: 'ok', data: { 'text/plain': "([], [''], {})" } },
  });
  expect(answers[0]?.execution_count).toBeLessThanOrEqual(1);
});

describe('a terminal', () => {
  const size = { columns: 93, rows: 31 };

  test('is one for all three streams, of the size asked for', async () => {
    const program = 'test -t 0 && test -t 1 && test -t 2 && stty size; tty; cat < /dev/tty';
    const { stdout, stderr, outcome } = await run(open.half, program, { terminal: size });
    expect(stdout.toString()).toMatch(/^31 93\r\n\/dev\/pts\/\d+\r\n/);
    expect(stderr.byteLength).toBe(0);
    expect(outcome).toEqual({ kind: 'ok' });
  });

  test('changes its size, and tells the program', async () => {
    let resize: (to: { columns: number; rows: number }) => void = () => {};
    let listening = false;
    const running = watch(open.half, 'trap "stty size; exit 4" WINCH; echo ready; while :; do sleep 0.05; done', {
      terminal: size,
      onResize: listener => {
        resize = listener;
        listening = true;
        return () => {
          listening = false;
        };
      },
    });
    await running.until('ready');
    resize({ columns: 120, rows: 40 });
    const { stdout, outcome } = await running.written;
    expect(stdout.toString()).toContain('40 120');
    expect(outcome).toEqual({ kind: 'exit', status: 4 });
    expect(listening).toBe(false);
  });

  test('turns a typed Ctrl-C into SIGINT, and the variables given are there', async () => {
    let type: (bytes: Uint8Array) => void = () => {};
    async function* typed() {
      yield await new Promise<Uint8Array>(resolve => {
        type = resolve;
      });
      await new Promise(() => {});
    }
    const running = watch(open.half, 'echo "$TERM ready"; exec sleep 60', {
      terminal: size,
      env: { TERM: 'xterm-test' },
      input: typed(),
    });
    await running.until('xterm-test ready');
    type(Buffer.from('\x03'));
    expect((await running.written).outcome).toEqual({ kind: 'exit', status: 130, signal: 'SIGINT' });
  });

  test('keeps all that was written before the end', async () => {
    const { stdout } = await run(open.half, 'stty -onlcr; seq 200000', { terminal: size });
    expect(stdout.toString().split('\n')).toHaveLength(200_001);
  });
});
