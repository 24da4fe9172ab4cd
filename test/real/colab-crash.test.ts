import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Deferred } from '../../src/util/deferred.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { until } from '../support/until.ts';

let colab: ColabCli;

beforeAll(async () => {
  colab = await colabCli();
});
afterAll(() => colab?.close());

const control = (what: string, order: object = {}) => colab.emulator.control(what, order);

beforeEach(async () => {
  await control('fail', { clear: true });
  await control('settings', { boot: 0, proxyTtl: 3600, cutAtExpiry: false });
  await colab.call(['sessions', 'close', '--all']);
  await control('delete-runtime');
  colab.forget();
});

/** Runs a command whose POST makes a machine, and signals it before it has the answer. */
async function stoppedWhileAsking(signal: NodeJS.Signals, fault: string) {
  await control('fail', { fault });
  const sent = new Deferred<(name: NodeJS.Signals) => void>();
  const call = colab.call(['connect', '--no-shell'], { onStart: signalling => sent.resolve(signalling) });
  const kill = await sent.promise;
  await until(() => colab.asked().includes('assign'));
  if (fault === 'assign=stall') await until(async () => (await colab.machines()).length === 1);
  kill(signal);
  const ended = await call;
  await control('fail', { clear: true });
  return ended;
}

describe('between request and record', () => {
  test.each([
    ['looking', ['sessions', 'list']],
    ['status', ['status']],
    ['cleaning', ['sessions', 'clean']],
    ['asking for another', ['connect', '--no-shell', '--new-runtime']],
  ])('kill -9: %s gives the machine back', async (what, next) => {
    await stoppedWhileAsking('SIGKILL', 'assign=stall');
    const [orphan] = await colab.machines();
    expect(orphan).toBeDefined();
    expect(await colab.intents()).toHaveLength(1);
    const { code, stderr } = await colab.call(next);
    expect(code).toBe(0);
    expect(stderr).toContain(`gave back machine ${orphan}`);
    expect(await colab.machines()).not.toContain(orphan);
    expect(await colab.machines()).toHaveLength(what === 'asking for another' ? 1 : 0);
    expect(await colab.intents()).toEqual([]);
  });

  test('kill -9: connecting again takes the machine over', async () => {
    await stoppedWhileAsking('SIGKILL', 'assign=stall');
    const [orphan] = await colab.machines();
    const { data } = await colab.json(['connect', '--json']);
    expect(data.runtime.id).toBe(orphan);
    expect(await colab.machines()).toEqual([orphan]);
    expect(await colab.intents()).toEqual([]);
  });

  test('Ctrl-C waits for the answer and gives the machine back', async () => {
    const { code, stderr } = await stoppedWhileAsking('SIGINT', 'assign=slow:1500ms');
    expect(code).toBe(130);
    expect(stderr).toContain('waiting for the answer of Colab');
    expect(colab.asked()).toContain('unassign');
    expect(await colab.machines()).toEqual([]);
    expect(await colab.intents()).toEqual([]);
  });
});

describe('the way in ends', () => {
  test('a warm run finds a 404, asks for another and goes on with the same kernel', async () => {
    await colab.call(['connect', '--no-shell']);
    await colab.call(['run', '-k', 'kept = 42']);
    await control('expire', { kind: 'proxy' });
    colab.forget();
    expect(await colab.call(['run', '-k', 'print(kept)'])).toMatchObject({ code: 0, stdout: '42\n', stderr: '' });
    expect(colab.asked()).toEqual([
      'proxy-kernel-socket',
      'runtime-proxy-token',
      'proxy-kernels GET',
      'proxy-kernel-socket',
    ]);
  });

  test('one that is near its end is not begun with', async () => {
    await control('settings', { proxyTtl: 200 });
    await colab.call(['connect', '--no-shell']);
    colab.forget();
    expect(await colab.call(['run', '-k', 'print(1)'])).toMatchObject({ code: 0, stdout: '1\n' });
    expect(colab.asked()[0]).toBe('runtime-proxy-token');
  });

  test('one that is near its end still does when Google cannot be reached', async () => {
    await control('settings', { proxyTtl: 200 });
    await colab.call(['connect', '--no-shell']);
    await control('fail', { fault: ['runtime-proxy-token=reset', 'assignments=reset'] });
    expect(await colab.call(['run', '-k', 'print(1)'])).toMatchObject({ code: 0, stdout: '1\n' });
  });

  test('during a run it is renewed on the way, and the run goes on', async () => {
    await control('settings', { cutAtExpiry: true });
    await colab.call(['connect', '--no-shell']);
    const code = 'import time\nprint("begun", flush=True)\nfor i in range(30):\n    time.sleep(0.1)\nprint("ended")';
    let cut = false;
    const run = await colab.call(['run', '-k', code], {
      watch: ({ stdout }) => {
        if (cut || !stdout.includes('begun')) return;
        cut = true;
        void control('expire', { kind: 'proxy' });
      },
    });
    expect(cut).toBe(true);
    expect(run).toMatchObject({ code: 0, stdout: 'begun\nended\n' });
    expect(colab.asked()).toContain('runtime-proxy-token');
  });

  test('Ctrl-C reaches a cell that outlived its way in', async () => {
    await colab.call(['connect', '--no-shell']);
    const run = await colab.call(['run', '-k', 'import time\nprint("begun", flush=True)\ntime.sleep(60)'], {
      watch: ({ stdout }, signal) => {
        if (stdout.includes('begun')) void control('expire', { kind: 'proxy' }).then(() => signal('SIGINT'));
      },
    });
    expect(run.code).toBe(130);
    expect(await colab.call(['run', '-k', 'print("alive")'])).toMatchObject({ code: 0, stdout: 'alive\n' });
  });
});

describe('a kernel that is gone', () => {
  test('is told from a machine that is gone: a new one is started on the same machine', async () => {
    await colab.call(['run', '-k', 'x = 1']);
    const [machine] = await colab.machines();
    const [{ kernel }] = (await colab.json(['sessions', 'list', '--json'])).sessions;
    const token = colab.emulator.world.fleet.all()[0]?.open(60, Date.now()).token ?? '';
    const url = `${colab.emulator.world.fleet.all()[0]?.url}/api/kernels/${kernel.id}`;
    const headers = { 'X-Colab-Runtime-Proxy-Token': token };
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(204);
    const run = await colab.call(['run', '-k', 'print("x" in dir())']);
    expect(run).toMatchObject({ code: 0, stdout: 'False\n' });
    expect(run.stderr).toContain('the kernel of this session is gone');
    expect(await colab.machines()).toEqual([machine]);
  });
});

describe('a fresh machine', () => {
  test('is waited for while its front says that it is not up', async () => {
    await control('settings', { boot: 2500 });
    const { code, stderr } = await colab.call(['connect', '--no-shell']);
    expect(code).toBe(0);
    expect(stderr).toContain('to come up');
    expect(await colab.call(['run', 'echo up'])).toMatchObject({ code: 0, stdout: 'up\n' });
  });

  test('that does not come up in time is named: it costs, and can be freed', async () => {
    await control('settings', { boot: 60_000 });
    const { error } = await colab.json(['connect', '--json', '--name', 'slow', '--timeout', '3']);
    expect(error).toMatchObject({ code: 1101, billing: await colab.machines() });
    const { stderr } = await colab.call(['connect', '--no-shell', '--timeout', '2']);
    expect(stderr).toContain('lecoder-cgpu sessions close slow');
    expect((await colab.call(['sessions', 'close', 'slow'])).code).toBe(0);
    expect(await colab.machines()).toEqual([]);
  });
});

describe('at the same time', () => {
  test('many first runs make one machine and one kernel', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(n => colab.call(['run', '-k', `print(${n} * 10)`])));
    expect(runs.map(({ code, stdout }) => [code, stdout])).toEqual([1, 2, 3, 4].map(n => [0, `${n * 10}\n`]));
    expect(await colab.machines()).toHaveLength(1);
    expect(colab.asked().filter(each => each === 'assign')).toHaveLength(1);
    expect(colab.asked().filter(each => each === 'proxy-kernels POST')).toHaveLength(1);
  });

  test('many runs past the end of the way in all go on', async () => {
    await colab.call(['run', '-k', 'shared = 7']);
    await control('expire', { kind: 'proxy' });
    const runs = await Promise.all([1, 2, 3, 4].map(() => colab.call(['run', '-k', 'print(shared)'])));
    expect(runs.map(({ stdout }) => stdout)).toEqual(['7\n', '7\n', '7\n', '7\n']);
    expect(await colab.machines()).toHaveLength(1);
  });
});

describe('refusals as people and scripts see them', () => {
  test.each([
    ['assign=outcome1', 1102, 4, false],
    ['assign=outcome2', 1102, 4, false],
    ['assign=outcome5', 1404, 1, false],
    ['assign=400', 1102, 4, false],
    ['assign=403', 1404, 1, false],
    ['assign=503', 1102, 4, true],
    ['assign-check=401', 1003, 3, false],
    ['assign-check=html', 1402, 4, false],
  ] as const)('%s is %d, exit %d', async (fault, code, exit, retryable) => {
    await control('fail', { fault });
    const { error } = await colab.json(['connect', '--json']);
    expect(error).toMatchObject({ code, exit, retryable, suggestion: expect.any(String) });
    expect(JSON.stringify(error)).not.toContain('Jupyter');
    expect(await colab.machines()).toEqual([]);
  });

  test('the cap on machines: what runs, and the command that frees it', async () => {
    await control('settings', { maxMachines: 1 });
    await colab.call(['connect', '--no-shell']);
    const [endpoint] = await colab.machines();
    const { error } = await colab.json(['connect', '--json', '--new-runtime']);
    expect(error).toMatchObject({ code: 1104, exit: 4, billing: [`${endpoint} (T4)`] });
    expect(error.suggestion).toContain(`lecoder-cgpu sessions close ${endpoint}`);
    expect(await colab.json(['sessions', 'list', '--json'])).toMatchObject({ tier: 'pro', limit: 1, used: 1 });
    await control('settings', { maxMachines: null });
  });

  test('an unknown model is a mistake in the arguments, with what there is', async () => {
    const { error } = await colab.json(['connect', '--json', '--gpu', 'T44']);
    expect(error).toMatchObject({ code: 1403, exit: 2, suggestion: expect.stringContaining('T4') });
    expect(colab.asked()).not.toContain('assign');
  });

  test('--strict gives a lesser machine back', async () => {
    await control('settings', { give: { A100: 'T4' } });
    const { error } = await colab.json(['connect', '--json', '--gpu', 'A100', '--strict']);
    expect(error.message).toContain('T4 instead of A100');
    expect(await colab.machines()).toEqual([]);
    const lesser = await colab.json(['connect', '--json', '--gpu', 'A100']);
    expect(lesser.warnings).toEqual([expect.stringContaining('T4 instead of A100')]);
    await control('settings', { give: null });
  });
});
