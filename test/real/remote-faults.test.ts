import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { openHalf, pieces, run, sha256, shell, startKernel, viaProxy, watch } from '../support/remote-half.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let server: TestServer;
let proxy: TcpProxy;
let kernelId: string;

beforeAll(async () => {
  server = await startJupyter();
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  kernelId = await startKernel(server.doorway);
});
afterAll(async () => {
  await proxy?.close();
  await server?.stop();
});

const ask = (path: string, method = 'POST') =>
  fetch(new URL(`api/kernels/${path}`, server.url), { method, headers: server.doorway.headers });

describe('a cut socket', () => {
  test.each([1, 50_000, 3_000_000, 9_500_000])('after %i bytes loses and doubles nothing', async bytes => {
    await using open = await openHalf(viaProxy(server.doorway, proxy), kernelId);
    const before = proxy.accepted;
    let again = bytes;
    proxy.cutAfter(again);
    const stop = open.link.onState(state => {
      if (state.state !== 'reconnected' || proxy.accepted - before >= 4) return;
      again += 1_234_567;
      proxy.cutAfter(again);
    });
    const { stdout, stderr, outcome } = await run(
      open.half,
      'head -c 12000000 /dev/urandom | tee >(sha256sum >&2); exit 0',
    );
    stop();
    expect(outcome).toEqual({ kind: 'ok' });
    expect(proxy.accepted).toBeGreaterThan(before);
    expect(stdout.byteLength).toBe(12_000_000);
    expect(stderr.toString().split(' ')[0]).toBe(sha256(stdout));
  });

  test('while input is sent loses and doubles nothing', async () => {
    await using open = await openHalf(viaProxy(server.doorway, proxy), kernelId);
    const data = randomBytes(24_000_000);
    const before = proxy.accepted;
    async function* cutting() {
      let sent = 0;
      for await (const piece of pieces(data, 65_536)) {
        yield piece;
        sent += piece.byteLength;
        if (sent % (65_536 * 90) === 0) proxy.cut();
      }
    }
    const { stdout, outcome } = await run(open.half, 'cat', { input: cutting() });
    expect(outcome).toEqual({ kind: 'ok' });
    expect(proxy.accepted - before).toBeGreaterThan(1);
    expect(sha256(stdout)).toBe(sha256(data));
  });

  test('at the opening does not run the command twice', async () => {
    await using open = await openHalf(viaProxy(server.doorway, proxy), kernelId);
    const file = `${server.folder}/count-${Math.random()}`;
    const running = run(open.half, `echo ran >> ${file}; sleep 0.3; cat ${file}`);
    await new Promise(resolve => setImmediate(resolve));
    proxy.cut();
    expect((await running).stdout.toString()).toBe('ran\n');
  });

  test('while nothing is said is noticed by nobody', async () => {
    await using open = await openHalf(viaProxy(server.doorway, proxy), kernelId);
    const running = watch(open.half, 'echo begun; sleep 1; echo end; exit 6');
    await running.until('begun');
    proxy.cut();
    const { stdout, outcome } = await running.written;
    expect({ text: stdout.toString(), outcome }).toEqual({
      text: 'begun\nend\n',
      outcome: { kind: 'exit', status: 6 },
    });
  });
});

test('a delay of 100 ms does not starve the window', async () => {
  await using open = await openHalf(viaProxy(server.doorway, proxy), kernelId);
  proxy.delay(50);
  try {
    let size = 0;
    const started = performance.now();
    const { outcome } = open.half.shell(shell('head -c 50000000 /dev/zero'), event => {
      if (event.type === 'output') size += event.data.length;
    });
    expect(await outcome).toEqual({ kind: 'ok' });
    expect(size).toBe(50_000_000);
    expect(performance.now() - started).toBeLessThan(3000);
  } finally {
    proxy.delay(0);
  }
});

describe('a client that is gone', () => {
  const alive = async (pid: string) => {
    await using open = await openHalf(server.doorway, kernelId);
    return (await run(open.half, `kill -0 ${pid}`)).outcome.kind === 'ok';
  };

  test('without a word has its command hung up after the silence', async () => {
    const open = await openHalf(viaProxy(server.doorway, proxy), kernelId, { silence: 3000 });
    let pid = '';
    const running = open.half.shell(shell('echo $$; while :; do sleep 0.1; done'), event => {
      if (event.type === 'output') pid = event.data.toString().trim();
    });
    running.outcome.catch(() => {});
    await expect.poll(() => pid).not.toBe('');
    proxy.freeze();
    expect(await alive(pid)).toBe(true);
    await expect.poll(() => alive(pid), { timeout: 15_000, interval: 500 }).toBe(false);
    proxy.thaw();
    expect(await running.outcome).toEqual({ kind: 'exit', status: 129, signal: 'SIGHUP' });
    await open[Symbol.asyncDispose]();
  });

  test('with a goodbye has it hung up at once, also what ignores SIGHUP', async () => {
    const open = await openHalf(server.doorway, kernelId);
    const running = watch(open.half, 'trap "" HUP; echo $$; while :; do sleep 0.1; done');
    await running.first;
    let pid = '';
    running.written.catch(() => {});
    await running.until('\n');
    open.half.close();
    await expect(running.run.outcome).rejects.toMatchObject({ kind: 'webSocketError' });
    pid = running.text().trim();
    await open[Symbol.asyncDispose]();
    await expect.poll(() => alive(pid), { timeout: 15_000, interval: 500 }).toBe(false);
  });

  test('keeps a command that is only quiet', async () => {
    await using open = await openHalf(server.doorway, kernelId, { silence: 6500 });
    expect((await run(open.half, 'sleep 9; echo still')).stdout.toString()).toBe('still\n');
  });
});

describe('a kernel that is gone', () => {
  test('by death ends the run', async () => {
    const doomed = await startKernel(server.doorway);
    await using open = await openHalf(server.doorway, doomed);
    const running = watch(open.half, 'echo $PPID; exec sleep 60');
    await running.until('\n');
    process.kill(Number(running.text().trim()), 'SIGKILL');
    expect((await running.written).outcome).toMatchObject({ kind: 'died' });
    expect((await run(open.half, 'echo again')).stdout.toString()).toBe('again\n');
  });

  test('by a restart while the socket was cut ends the run, and does not begin it again', async () => {
    const doomed = await startKernel(server.doorway);
    await using open = await openHalf(viaProxy(server.doorway, proxy), doomed);
    const running = watch(open.half, 'echo begun; exec sleep 60');
    await running.until('begun');
    proxy.refuse(true);
    proxy.cut();
    expect((await ask(`${doomed}/restart`)).status).toBe(200);
    proxy.refuse(false);
    const { outcome, stdout } = await running.written;
    expect(outcome).toMatchObject({ kind: 'died' });
    expect(stdout.toString()).toBe('begun\n');
  });

  test('by a restart with the socket open ends the run at once', async () => {
    const doomed = await startKernel(server.doorway);
    await using open = await openHalf(server.doorway, doomed);
    const running = watch(open.half, 'echo begun; exec sleep 60');
    await running.until('begun');
    expect((await ask(`${doomed}/restart`)).status).toBe(200);
    expect((await running.written).outcome).toMatchObject({ kind: 'died' });
    expect((await run(open.half, 'echo again')).stdout.toString()).toBe('again\n');
  });

  test('because it was deleted ends the run at once', async () => {
    const doomed = await startKernel(server.doorway);
    await using open = await openHalf(server.doorway, doomed);
    const running = watch(open.half, 'echo begun; exec sleep 60');
    await running.until('begun');
    expect((await ask(doomed, 'DELETE')).status).toBe(204);
    expect((await running.written).outcome).toMatchObject({ kind: 'died' });
  });

  test('behind a connection that never comes back rejects with a connection failure', async () => {
    const doomed = await startKernel(server.doorway);
    await using open = await openHalf(viaProxy(server.doorway, proxy), doomed);
    const running = watch(open.half, 'echo begun; exec sleep 60');
    await running.until('begun');
    const refused = expect(running.run.outcome).rejects.toMatchObject({ kind: 'webSocketError' });
    proxy.freeze();
    expect((await ask(doomed, 'DELETE')).status).toBe(204);
    proxy.refuse(true);
    proxy.cut();
    proxy.thaw();
    proxy.refuse(false);
    await refused;
    await expect(run(open.half, 'true')).rejects.toMatchObject({ kind: 'webSocketError' });
  });
});

test('a busy kernel that is shared is waited for, and its commands are not taken for abandoned', async () => {
  const shared = await startKernel(server.doorway);
  await using open = await openHalf(server.doorway, shared, { silence: 2000 });
  const running = watch(open.half, 'echo begun; sleep 6; echo end');
  await running.until('begun');
  open.link.send({
    channel: 'shell',
    type: 'execute_request',
    content: {
      code: 'import time; time.sleep(5)',
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    },
  });
  expect((await running.written).stdout.toString()).toBe('begun\nend\n');
});
