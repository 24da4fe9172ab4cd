import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';

let colab: ColabCli;

beforeAll(async () => {
  colab = await colabCli();
});
afterAll(() => colab?.close());

const control = (what: string, order: object = {}) => colab.emulator.control(what, order);
const rows = async () => (await colab.json(['sessions', 'list', '--json'])).sessions;

/** A machine of the account that nobody here made. */
async function machineMadeElsewhere(accelerator: string, hash: string): Promise<string> {
  const token = await colab.emulator.accessToken();
  const url = `${colab.emulator.origin}/tun/m/assign?authuser=0&nbh=${hash.padEnd(44, '.')}&variant=GPU&accelerator=${accelerator}`;
  const headers = { Authorization: `Bearer ${token}`, 'X-Colab-Client-Agent': 'elsewhere' };
  const bare = (text: string) => JSON.parse(text.replace(")]}'\n", ''));
  const { token: xsrf } = bare(await (await fetch(url, { headers })).text());
  const answer = await fetch(url, { method: 'POST', headers: { ...headers, 'X-Goog-Colab-Token': xsrf } });
  return bare(await answer.text()).endpoint;
}

describe('sessions on Colab', () => {
  test('without any, the account is shown and nothing is started', async () => {
    expect(await colab.json(['sessions', 'list', '--json'])).toMatchObject({ sessions: [], tier: 'pro', used: 0 });
    expect(await colab.json(['status', '--json'])).toMatchObject({
      authenticated: true,
      account: { id: 'ada@example.com', label: 'Ada Lovelace' },
      eligibleGpus: expect.arrayContaining(['T4']),
      sessions: { total: 0, tier: 'pro' },
      usage: { balance: expect.any(Number), ratePerHour: 0, hoursLeft: null },
    });
    expect(await colab.machines()).toEqual([]);
  });

  test('several at once, each on its own machine or on a shared one', async () => {
    await colab.json(['connect', '--json', '--name', 'one']);
    const two = await colab.json(['connect', '--json', '--name', 'two', '--gpu', 'L4']);
    expect(two.data).toMatchObject({ runtime: { gpu: 'L4' }, fresh: true });
    const shared = await colab.json(['connect', '--json', '--name', 'beside']);
    expect(shared.data.runtime.id).toBe(two.data.runtime.id);
    const third = await colab.json(['connect', '--json', '--name', 'three', '--new-runtime']);
    expect(third.data).toMatchObject({ runtime: { gpu: 'T4' } });
    expect(await colab.machines()).toHaveLength(3);
    const names = (await rows()).map((row: { name: string; gpu: string; status: string }) => [
      row.name,
      row.gpu,
      row.status,
    ]);
    expect(names).toEqual([
      ['one', 'T4', 'connected'],
      ['two', 'L4', 'connected'],
      ['beside', 'L4', 'connected'],
      ['three', 'T4', 'connected'],
    ]);
  });

  test('a model that was asked for is used where a session has it', async () => {
    const run = await colab.call(['run', '-k', '--gpu', 'L4', 'print(1)']);
    expect(run).toMatchObject({ code: 0, stdout: '1\n' });
    expect(await colab.machines()).toHaveLength(3);
    const strict = await colab.json(['run', '-s', 'one', '--json', '--gpu', 'L4', '--strict', 'true']);
    expect(strict.error).toMatchObject({ code: 1102, retryable: false });
    const warned = await colab.json(['run', '-s', 'one', '--json', '--gpu', 'L4', 'true']);
    expect(warned).toMatchObject({ success: true, warnings: [expect.stringContaining('T4')] });
  });

  test('status shows the machines by their own readings', async () => {
    const status = await colab.json(['status', '--json']);
    expect(status.runtimes).toHaveLength(3);
    expect(status.warnings).toBeUndefined();
    for (const runtime of status.runtimes) {
      expect(runtime).toMatchObject({
        provider: 'colab',
        connected: true,
        gpu: { name: expect.any(String), memory: { total: expect.stringMatching(/GB$/) } },
        memory: { total: expect.any(String) },
        disk: { total: expect.any(String) },
        uptime: expect.stringMatching(/m$/),
      });
    }
    expect(status).toMatchObject({ connected: true, sessions: { total: 4, connected: 4 } });
    expect(status.usage.ratePerHour).toBeGreaterThan(0);
    expect(status.usage.hoursLeft).toBeGreaterThan(0);
  });

  test('usage says what is left and what runs', async () => {
    const { data } = await colab.json(['usage', '--json']);
    expect(data).toMatchObject({ account: { id: 'ada@example.com' }, tier: 'pro' });
    expect(data.machines.map((each: { session: string }) => each.session).sort()).toEqual(['one', 'three', 'two']);
    const { stdout } = await colab.call(['usage']);
    expect(stdout).toMatch(/balance\s+\d+/);
    expect(stdout).toContain('units an hour');
  });

  test('a session on a shared machine leaves it running; the last one frees it', async () => {
    expect((await colab.json(['sessions', 'close', 'beside', '--json'])).data.closed).toMatchObject([
      { name: 'beside', runtimeReleased: false },
    ]);
    expect(await colab.machines()).toHaveLength(3);
    expect((await colab.json(['sessions', 'close', 'two', '--json'])).data.closed).toMatchObject([
      { name: 'two', runtimeReleased: true },
    ]);
    expect(await colab.machines()).toHaveLength(2);
  });

  test('a machine made elsewhere is listed, adopted, used and freed', async () => {
    const endpoint = await machineMadeElsewhere('A100', 'elsewhere');
    expect((await rows()).at(-1)).toMatchObject({ id: endpoint, name: null, gpu: 'A100', status: 'disconnected' });
    const { data } = await colab.json(['sessions', 'switch', endpoint, '--json']);
    expect(data.switched).toBe(true);
    expect(await colab.call(['run', '-k', 'print("here")'])).toMatchObject({ code: 0, stdout: 'here\n' });
    expect((await colab.json(['disconnect', '--json'])).data.closed).toMatchObject([{ runtimeReleased: true }]);
    expect(await colab.machines()).not.toContain(endpoint);
  });

  test('a machine without a session is freed by its endpoint', async () => {
    const endpoint = await machineMadeElsewhere('T4', 'another');
    const { code, stdout } = await colab.call(['sessions', 'close', endpoint]);
    expect([code, stdout]).toEqual([0, `machine ${endpoint} freed\n`]);
    expect(await colab.machines()).not.toContain(endpoint);
  });

  test('kept by --keep-runtime, it is taken up again without another one', async () => {
    const kept = (await rows()).find((row: { name: string }) => row.name === 'three').runtime.id;
    await colab.call(['sessions', 'close', 'three', '--keep-runtime']);
    expect(await colab.machines()).toContain(kept);
    await colab.call(['sessions', 'close', 'one']);
    const { data } = await colab.json(['connect', '--json', '--name', 'again']);
    expect(data.runtime.id).toBe(kept);
    expect(await colab.machines()).toEqual([kept]);
  });

  test('a machine that is gone: said with what to type, and forgotten only on request', async () => {
    await control('delete-runtime');
    const run = await colab.json(['run', '-k', '--json', 'print(1)']);
    expect(run.error).toMatchObject({ code: 1105, exit: 4 });
    const { stderr } = await colab.call(['run', '-k', 'print(1)']);
    expect(stderr).toContain('lecoder-cgpu connect');
    expect(stderr).toContain('lecoder-cgpu sessions clean');
    expect(await rows()).toMatchObject([{ name: 'again', status: 'stale' }]);
    expect((await colab.json(['sessions', 'clean', '--json'])).data.removed).toMatchObject([{ name: 'again' }]);
    expect(await rows()).toEqual([]);
  });

  test('when Google cannot be reached nothing is gone, and a warm run goes on', async () => {
    await colab.json(['connect', '--json', '--name', 'far']);
    await colab.call(['run', '-k', 'x = 41']);
    await control('fail', {
      fault: [
        'assignments=reset',
        'gapi-assignments=reset',
        'runtime-proxy-token=reset',
        'ccu-info=reset',
        'gapi-user-info=reset',
        'token=reset',
        'unassign-check=reset',
      ],
    });
    expect(await rows()).toMatchObject([{ name: 'far', status: 'unknown' }]);
    expect((await colab.json(['sessions', 'clean', '--json'])).data).toMatchObject({
      removed: [],
      unknown: [{ name: 'far' }],
    });
    expect(await colab.call(['run', '-k', 'print(x + 1)'])).toMatchObject({ code: 0, stdout: '42\n' });
    const status = await colab.json(['status', '--json']);
    expect(status).toMatchObject({ success: true, usage: null, sessions: { tier: null } });
    expect(status.warnings.length).toBeGreaterThan(0);
    const closed = await colab.json(['disconnect', '--json']);
    expect(closed.error).toMatchObject({ billing: [expect.any(String)] });
    await control('fail', { clear: true });
    expect((await colab.call(['disconnect'])).code).toBe(0);
    expect(await colab.machines()).toEqual([]);
  });

  test('no token stands anywhere in the open', async () => {
    const text = await colab.filesText();
    const { grants } = colab.emulator.world;
    const tokens = [...grants.tokens.keys()];
    expect(tokens.length).toBeGreaterThan(0);
    for (const token of tokens) expect(text).not.toContain(token);
    expect(text).not.toContain('8080-');
    const book = await readFile(join(colab.config, 'profiles', 'emulator', 'state', 'sessions.json'), 'utf8');
    expect(JSON.parse(book).sessions).toEqual([]);
  });
});

describe('without an account', () => {
  const nobody = { env: { LECODER_CONFIG_DIR: '' } };

  test('looking works, asks nobody and says so; running names both ways on', async () => {
    nobody.env.LECODER_CONFIG_DIR = join(colab.home, 'nobody');
    colab.forget();
    expect(await colab.json(['status', '--json'], nobody)).toMatchObject({
      authenticated: false,
      account: null,
      usage: null,
    });
    expect(await colab.json(['sessions', 'list', '--json'], nobody)).toMatchObject({ sessions: [], tier: null });
    const run = await colab.json(['run', '--json', 'nvidia-smi'], nobody);
    expect(run.error).toMatchObject({ code: 1001, exit: 3 });
    expect(run.error.suggestion).toContain('lecoder-cgpu auth login');
    expect(run.error.suggestion).toContain('--runtime local');
    expect((await colab.json(['usage', '--json'], nobody)).error.code).toBe(1001);
    expect(colab.asked()).toEqual([]);
  });
});
