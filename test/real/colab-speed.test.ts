import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';

let colab: ColabCli;

beforeAll(async () => {
  colab = await colabCli();
});
afterAll(() => colab?.close());

describe('what goes over the wire', () => {
  test('a cold connect asks Google for a token, whether there is a machine, and for one', async () => {
    const { data } = await colab.json(['connect', '--json', '--name', 'work']);
    expect(data).toMatchObject({ session: { name: 'work' }, runtime: { type: 'gpu', gpu: 'T4' }, fresh: true });
    expect(colab.asked()).toEqual(['token', 'assign-check', 'assign', 'proxy-kernels POST', 'proxy-kernel-socket']);
  });

  test('the first run and every other after it opens one socket and asks for nothing', async () => {
    for (const code of ['x = 20', 'print(x + 1)']) {
      colab.forget();
      const run = await colab.json(['run', '-k', '--json', code]);
      expect(run).toMatchObject({ success: true });
      expect(colab.asked()).toEqual(['proxy-kernel-socket']);
    }
  });

  test('the first command starts its kernel with the way in there is; the next opens one socket', async () => {
    colab.forget();
    expect(await colab.json(['run', '--json', 'echo $((6 * 7))'])).toMatchObject({ stdout: '42\n' });
    expect(colab.asked()).toEqual(['proxy-kernels POST', 'proxy-kernel-socket']);
    colab.forget();
    expect(await colab.json(['run', '--json', 'nvidia-smi -L'])).toMatchObject({ success: true });
    expect(colab.asked()).toEqual(['proxy-kernel-socket']);
  });

  test('every request of ours names us, and no machine ever sees the account’s token', async () => {
    const { requests } = await colab.emulator.state();
    const mine = requests.filter((each: { operation: string }) => each.operation !== 'token');
    expect(mine.length).toBeGreaterThan(5);
    for (const { headers } of mine) expect(headers['x-colab-client-agent']).toBe('lecoder-cgpu');
    for (const { operation, headers } of mine) {
      if (!operation.startsWith('proxy')) continue;
      expect(headers.authorization).toBeUndefined();
      expect(headers['x-colab-runtime-proxy-token']).toMatch(/^sha256:/);
    }
  });

  test('giving the machine back takes a GET and a POST', async () => {
    colab.forget();
    expect((await colab.call(['disconnect'])).code).toBe(0);
    expect(colab.asked()).toEqual(['unassign-check', 'unassign']);
    expect(await colab.machines()).toEqual([]);
  });

  test('the same from nothing but a refresh token, as in a CI job', async () => {
    colab.forget();
    const env = {
      LECODER_CONFIG_DIR: join(colab.home, 'job'),
      LECODER_REFRESH_TOKEN: colab.emulator.refreshToken,
    };
    expect(await colab.call(['run', '--cpu', 'echo done'], { env })).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(colab.asked()).toEqual(['token', 'assign-check', 'assign', 'proxy-kernels POST', 'proxy-kernel-socket']);
    expect((await colab.call(['disconnect'], { env })).code).toBe(0);
  });
});
