import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type KernelBench, kernelBench } from '../support/kernel-bench.ts';

let server: TestServer;
let kernel: KernelBench;

beforeAll(async () => {
  server = await startJupyter({ args: ['--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=1000000'] });
  kernel = await kernelBench(server.doorway);
}, 120_000);

afterAll(async () => {
  await kernel?.close();
  await server?.stop();
});

describe('leaving', () => {
  test.each([
    ['import sys; sys.exit(3)', { kind: 'exit', status: 3 }],
    ['exit(4)\nprint("must not run")', { kind: 'exit', status: 4 }],
    ['quit(5)', { kind: 'exit', status: 5 }],
    ['exit()', { kind: 'ok' }],
    ['import sys; sys.exit(0)', { kind: 'ok' }],
    ['import sys; sys.exit(None)', { kind: 'ok' }],
    ['raise SystemExit(256 + 7)', { kind: 'exit', status: 7 }],
    ['exit("bad")', { kind: 'exception', name: 'SystemExit', message: 'bad' }],
  ])('%j', async (code, outcome) => {
    const ran = await kernel.run(code);
    expect(ran.outcome).toMatchObject(outcome);
    expect([ran.stdout, ran.stderr]).toEqual(['', '']);
  });

  test('the kernel goes on with its variables', async () => {
    await kernel.run('kept = 41\nexit(1)');
    expect((await kernel.run('kept + 1')).events).toMatchObject([{ type: 'result', data: { 'text/plain': '42' } }]);
  });
});

describe('input', () => {
  test('is answered, visibly or hidden', async () => {
    const asked: [string, boolean][] = [];
    const answer = async (prompt: string, password: boolean) => {
      asked.push([prompt, password]);
      return password ? 'hush' : 'Ada';
    };
    const { stdout } = await kernel.run('from getpass import getpass\nprint(input("who? "), getpass("word? "))', {
      answer,
    });
    expect(asked).toEqual([
      ['who? ', false],
      ['word? ', true],
    ]);
    expect(stdout).toBe('Ada hush\n');
  });

  test('ends as Python expects at the end of input', async () => {
    const { outcome } = await kernel.run('input()', { answer: async () => null });
    expect(outcome).toMatchObject({ kind: 'exception', name: 'EOFError' });
  });

  test('is refused without a terminal, and the kernel is free again', async () => {
    const { outcome } = await kernel.run('input("who? ")');
    expect(outcome).toMatchObject({ kind: 'exception', name: 'StdinNotImplementedError' });
    expect((await kernel.run('1')).outcome).toEqual({ kind: 'ok' });
  });

  test('can be interrupted while it waits', async () => {
    const stop = new AbortController();
    const answer = () => {
      stop.abort();
      return new Promise<null>(() => {});
    };
    const { outcome } = await kernel.run('input()', { answer, signal: stop.signal });
    expect(outcome.kind).toBe('interrupted');
  });
});

describe('variables of the environment', () => {
  test('are set for one cell, stand in no history, and are gone after it', async () => {
    const read = 'import os\nprint(os.environ.get("LECODER_TEST_VALUE"))';
    expect((await kernel.run(read, { env: { LECODER_TEST_VALUE: 'very-secret' } })).stdout).toBe('very-secret\n');
    expect((await kernel.run(read)).stdout).toBe('None\n');
    const { stdout } = await kernel.run(
      'print(any("very" + "-secret" in str(v) for v in list(globals().values()) + In + list(get_ipython().history_manager.get_range())))',
    );
    expect(stdout).toBe('False\n');
  });

  test('a value that was there before comes back', async () => {
    await kernel.run('import os; os.environ["LECODER_TEST_OLD"] = "before"');
    await kernel.run('raise ValueError', { env: { LECODER_TEST_OLD: 'meanwhile' } });
    expect((await kernel.run('print(os.environ["LECODER_TEST_OLD"])')).stdout).toBe('before\n');
  });
});

describe('cells in a row', () => {
  const PLACE = 'import os\nprint(os.environ.get("LECODER_TEST_ROW"))';
  const leaving = { code: 'exit(6)', outcome: { kind: 'exit', status: 6 } };

  /** Runs until the kernel is known to be prepared, and counts the requests from then on. */
  async function inARow(bench: KernelBench): Promise<() => number> {
    for (const code of ['1', '2']) await bench.run(code);
    let sent = 0;
    const { link } = bench;
    const send = link.send.bind(link);
    link.send = message => {
      sent += message.type === 'execute_request' ? 1 : 0;
      return send(message);
    };
    return () => sent;
  }

  test('cost one request each, and end as they should', async () => {
    const bench = await kernelBench(server.doorway);
    const sent = await inARow(bench);
    for (const n of [1, 2, 3]) expect((await bench.run(`print(${n})`)).stdout).toBe(`${n}\n`);
    expect(sent()).toBe(3);
    expect((await bench.run(leaving.code)).outcome).toEqual(leaving.outcome);
    expect(sent()).toBe(4);
    await bench.close();
  });

  test('do not see what a client that is gone had set for its cell', async () => {
    const bench = await kernelBench(server.doorway);
    const other = await bench.anotherLink();
    await inARow(bench);
    const send = other.send.bind(other);
    // Like one that was killed: what undoes it is never sent.
    other.send = message => (/\.leave\(\)$/.test(String(message.content.code)) ? '' : send(message));
    const mine = { through: other, env: { LECODER_TEST_ROW: 'theirs' } };
    expect((await bench.run(PLACE, mine)).stdout).toBe('theirs\n');
    expect((await bench.run(PLACE)).stdout).toBe('None\n');
    await bench.close();
  });

  test('notice that somebody restarted the kernel between two of them', async () => {
    const bench = await kernelBench(server.doorway);
    await inARow(bench);
    const heard = new Promise<void>(resolve => {
      bench.link.onMessage(({ header }) => header.msg_type === 'shutdown_reply' && resolve());
    });
    await bench.run('known = 1');
    await bench.kernels.restart(server.doorway, bench.kernelId, new AbortController().signal);
    await heard;
    expect((await bench.run('known')).outcome).toMatchObject({ name: 'NameError' });
    expect((await bench.run(leaving.code)).outcome).toEqual(leaving.outcome);
    await bench.close();
  });
});

describe('stopping', () => {
  test('a timeout interrupts and keeps the variables', async () => {
    await kernel.run('kept = "yes"');
    const { outcome, stdout } = await kernel.run('print("started")\nimport time; time.sleep(60)', { timeout: 400 });
    expect(outcome).toEqual({ kind: 'timeout', after: 400, restarted: false });
    expect(stdout).toBe('started\n');
    expect((await kernel.run('print(kept)')).stdout).toBe('yes\n');
  });

  test('a cell that ignores the interrupt is ended by a restart', async () => {
    const stubborn = 'import time\nwhile True:\n    try: time.sleep(60)\n    except KeyboardInterrupt: pass';
    expect((await kernel.run(stubborn, { timeout: 300 })).outcome).toEqual({
      kind: 'timeout',
      after: 300,
      restarted: true,
    });
    expect((await kernel.run('6 * 7')).outcome).toEqual({ kind: 'ok' });
  });

  test('an abort interrupts the cell and leaves the kernel usable', async () => {
    const stop = new AbortController();
    const ran = kernel.run('print("x"); import time; time.sleep(60)', { signal: stop.signal });
    setTimeout(() => stop.abort(), 400);
    expect((await ran).outcome.kind).toBe('interrupted');
    expect((await kernel.run('1 + 1')).outcome).toEqual({ kind: 'ok' });
  });
});

describe('a busy kernel', () => {
  test('is queued for, with a note', async () => {
    const other = await kernel.anotherLink();
    const busy = kernel.run('import time; time.sleep(3.2)');
    const waited = await kernel.run('"mine"', { through: other });
    expect(waited.events).toMatchObject([{ type: 'queued' }, { type: 'result' }]);
    expect((await busy).outcome).toEqual({ kind: 'ok' });
  });

  test('a queued cell that is given up does not run later, and what runs is left alone', async () => {
    const other = await kernel.anotherLink();
    const busy = kernel.run('import time; time.sleep(2); "whole"');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 700);
    const given = await kernel.run('must_not_exist = 1', { through: other, signal: stop.signal });
    expect(given.outcome.kind).toBe('interrupted');
    expect((await busy).events).toMatchObject([{ type: 'result', data: { 'text/plain': "'whole'" } }]);
    expect((await kernel.run('must_not_exist')).outcome).toMatchObject({ name: 'NameError' });
  });

  test('a limit that passes in the queue says so without stopping the other cell', async () => {
    const other = await kernel.anotherLink();
    const busy = kernel.run('import time; time.sleep(1.5)');
    expect((await kernel.run('never = 1', { through: other, timeout: 300 })).outcome.kind).toBe('timeout');
    expect((await busy).outcome).toEqual({ kind: 'ok' });
  });

  test('a failing cell in front does not take ours with it', async () => {
    const other = await kernel.anotherLink();
    const failing = kernel.link.send({
      channel: 'shell',
      type: 'execute_request',
      content: {
        code: 'import time; time.sleep(0.7); 1/0',
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true,
      },
    });
    expect(failing).not.toBe('');
    expect((await kernel.run('"survived"', { through: other })).events).toMatchObject([{ type: 'result' }]);
  });
});

describe('death', () => {
  test('of the kernel is noticed, and the next cell runs on the new one', async () => {
    await kernel.run('lost = 1');
    const { outcome, stdout } = await kernel.run(
      'print("last words", flush=True)\nimport os, time; time.sleep(0.5); os._exit(9)',
    );
    expect(outcome).toMatchObject({ kind: 'died', outOfMemory: false });
    expect(stdout).toBe('last words\n');
    const after = await kernel.anotherLink();
    expect((await kernel.run('lost', { through: after })).outcome).toMatchObject({ name: 'NameError' });
  });
});

describe('somebody else', () => {
  test.each(['restart', 'remove'] as const)('who does a %s ends our cell at once', async what => {
    const other = await kernelBench(server.doorway);
    const started = performance.now();
    const ran = other.run('print("on", flush=True); import time; time.sleep(60)');
    setTimeout(() => void other.kernels[what](server.doorway, other.kernelId, new AbortController().signal), 600);
    expect((await ran).outcome).toMatchObject({ kind: 'died' });
    expect(performance.now() - started).toBeLessThan(15_000);
    if (what === 'restart') await other.close();
  });
});

describe('the rate limit of the server', () => {
  test('is reported as lost output, not passed off as output', async () => {
    const { events, stderr } = await kernel.run('print("x" * 30_000_000)', { through: await kernel.anotherLink() });
    expect(events.filter(event => event.type === 'truncated')).toHaveLength(1);
    expect(stderr).toBe('');
  });

  test('the same words printed by a program are its own', async () => {
    const { events, stderr } = await kernel.run('import sys; print("IOPub data rate exceeded.", file=sys.stderr)', {
      through: await kernel.anotherLink(),
    });
    expect(stderr).toBe('IOPub data rate exceeded.\n');
    expect(events.some(event => event.type === 'truncated')).toBe(false);
  });
});
