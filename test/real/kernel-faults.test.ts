import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Doorway } from '../../src/core/runtime.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type KernelBench, kernelBench } from '../support/kernel-bench.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let server: TestServer;
let wire: TcpProxy;
let kernel: KernelBench;

beforeAll(async () => {
  server = await startJupyter();
}, 120_000);
afterAll(async () => server?.stop());

beforeEach(async () => {
  wire = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  kernel = await kernelBench(server.doorway, { through: by(wire) });
}, 60_000);
afterEach(async () => {
  await kernel?.close();
  await wire?.close();
});

function by(proxy: TcpProxy): Doorway {
  const { doorway } = server;
  return { ...doorway, http: proxy.through(doorway.http), ws: proxy.through(doorway.ws) };
}

const COUNTING = 'import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.05)\n"end"';
const COUNTED = Array.from({ length: 30 }, (_, index) => `${index}\n`).join('');

describe('a cut connection', () => {
  test.each([0.15, 0.4, 0.8, 1.2])('%d s into a cell loses and doubles nothing', async seconds => {
    await kernel.run('1');
    setTimeout(() => wire.cutBetweenMessages(), seconds * 1000);
    const { stdout, events, outcome } = await kernel.run(COUNTING);
    expect(stdout).toBe(COUNTED);
    expect(outcome).toEqual({ kind: 'ok' });
    expect(events.filter(event => event.type === 'result')).toHaveLength(1);
    expect(events.filter(event => event.type === 'reconnected')).toHaveLength(1);
    expect(events.some(event => event.type === 'truncated')).toBe(false);
  });

  test('many times over still loses nothing', async () => {
    await kernel.run('1');
    const cutting = setInterval(() => wire.cutBetweenMessages(), 330);
    const { stdout, outcome } = await kernel.run(COUNTING).finally(() => clearInterval(cutting));
    expect(stdout).toBe(COUNTED);
    expect(outcome).toEqual({ kind: 'ok' });
  });

  test('while the server cannot be reached: output made meanwhile arrives afterwards', async () => {
    await kernel.run('1');
    setTimeout(() => {
      wire.refuse(true);
      wire.cutBetweenMessages();
    }, 300);
    setTimeout(() => wire.refuse(false), 2600);
    const { stdout, outcome } = await kernel.run(COUNTING);
    expect(stdout).toBe(COUNTED);
    expect(outcome).toEqual({ kind: 'ok' });
  });

  test('before the request left: it is asked once, not twice', async () => {
    await kernel.run('count = 0');
    wire.freeze();
    const ran = kernel.run('count += 1; count');
    await new Promise(resolve => setTimeout(resolve, 100));
    wire.cut();
    wire.thaw();
    expect((await ran).outcome).toEqual({ kind: 'ok' });
    expect((await kernel.run('print(count)')).stdout).toBe('1\n');
  });

  test('between request and answer: a cell that ran is not run again', async () => {
    await kernel.run('count = 0');
    wire.delay(150);
    const ran = kernel.run('count += 1; print("counted")');
    setTimeout(() => wire.cut(), 200);
    expect((await ran).outcome).toEqual({ kind: 'ok' });
    wire.delay(0);
    expect((await kernel.run('print(count)')).stdout).toBe('1\n');
  });

  test('and an interrupt afterwards still reaches the cell', async () => {
    await kernel.run('1');
    const stop = new AbortController();
    setTimeout(() => wire.cut(), 300);
    setTimeout(() => stop.abort(), 1200);
    const { outcome } = await kernel.run('import time; time.sleep(60)', { signal: stop.signal });
    expect(outcome.kind).toBe('interrupted');
  });
});

test('a kernel that is gone when we come back has died', async () => {
  await kernel.run('1');
  const ran = kernel.run('import time; time.sleep(60)');
  setTimeout(async () => {
    wire.refuse(true);
    wire.cut();
    await kernel.kernels.remove(server.doorway, kernel.kernelId, new AbortController().signal);
    wire.refuse(false);
  }, 400);
  expect((await ran).outcome).toMatchObject({ kind: 'died' });
});

test('a slow network is only slow', async () => {
  wire.delay(120);
  const { stdout, outcome, events } = await kernel.run('print("far away"); 7');
  expect([stdout, outcome]).toEqual(['far away\n', { kind: 'ok' }]);
  expect(events).toHaveLength(2);
});
