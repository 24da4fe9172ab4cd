import { describe, expect, test } from 'vitest';
import { buildServices } from '../../src/app.ts';
import type { Services } from '../../src/core/services.ts';
import { keepAlive } from '../../src/operations/keeper.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { keeperOf, pingsOf, withoutKeeper } from '../support/keepers.ts';
import { hostIn } from '../support/node-host-for-tests.ts';
import { until } from '../support/until.ts';

describe.concurrent('long waits', () => {
  test('a machine that never answers is alive, and is left at once when its session is closed', async () => {
    const colab = await colabCli();
    try {
      await withoutKeeper(colab);
      await colab.emulator.control('settings', { keepAliveAnswers: false });
      const keeper = colab.json(['keep-alive', '--every', '1s', '--json']);
      await until(() => pingsOf(colab).length === 2, 40_000);
      expect(await keeperOf(colab)).toMatchObject({ pings: 1, failures: 0 });
      const closed = performance.now();
      await colab.call(['disconnect']);
      await keeper;
      expect(performance.now() - closed).toBeLessThan(5000);
    } finally {
      await colab.close();
    }
  });

  test('ninety minutes: kept with it, with all variables, though the way in ended again and again; taken without', async () => {
    const colab = await colabCli({ settings: { proxyTtl: 900 } });
    try {
      await withoutKeeper(colab);
      expect((await colab.call(['run', '-k', 'n = 0'])).code).toBe(0);
      const [machine] = await colab.machines();
      const { minutes, printed } = await ninetyMinutes(colab);
      expect(minutes).toBe(90);
      expect(printed).toEqual(['1\n', '2\n', '3\n', '4\n', '5\n']);
      expect(await colab.machines()).toEqual([machine]);
      expect(pingsOf(colab).length).toBeGreaterThanOrEqual(90);
      expect(colab.asked().filter(each => each === 'runtime-proxy-token').length).toBeGreaterThanOrEqual(4);
      // The access token has ended once on the way.
      expect(colab.asked()).toContain('token');

      await colab.emulator.control('clock', { advance: '10m' });
      expect(await colab.machines()).toEqual([]);
      expect((await colab.json(['run', '-k', '--json', 'n'])).error).toMatchObject({ code: 1105 });
    } finally {
      await colab.close();
    }
  });
});

/** The keeper itself, with a clock that goes a minute ahead, here and at the emulator, wherever it would wait for one. */
async function ninetyMinutes(colab: ColabCli): Promise<{ minutes: number; printed: string[] }> {
  const { world } = colab.emulator;
  const over = new AbortController();
  const printed: string[] = [];
  let minutes = 0;
  const host = {
    ...hostIn(colab.home, colab.env),
    now: () => new Date(world.clock.now()),
    sleep: async (ms: number) => {
      await colab.emulator.control('clock', { advance: ms / 1000 });
      minutes += ms / 60_000;
      if (minutes % 18 === 0) printed.push((await colab.call(['run', '-k', 'n += 1\nprint(n)'])).stdout);
      if (minutes >= 90) {
        over.abort();
        throw over.signal.reason;
      }
    },
  };
  await keepAlive(servicesOn(host), 60_000, over.signal).catch(error => {
    if (!over.signal.aborted) throw error;
  });
  return { minutes, printed };
}

function servicesOn(host: Services['host']): Services {
  const flags = {
    config: null,
    session: null,
    runtime: null,
    server: null,
    token: null,
    verbose: false,
    json: false,
    jsonLines: false,
    color: null,
    input: false,
    forceLogin: false,
    quiet: false,
  };
  return buildServices(host, flags, () => {});
}
