import { describe, expect, test } from 'vitest';
import { buildServices } from '../../src/app.ts';
import type { Services } from '../../src/core/services.ts';
import { keepAlive } from '../../src/operations/sessions/keeper.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { answered, keeperOf, pingsOf, withoutKeeper } from '../support/keepers.ts';
import { hostIn } from '../support/node-host-for-tests.ts';
import { until } from '../support/until.ts';

/** A keeper at work by hand, with a shorter pause than the one that `connect` starts. */
const byHand = (colab: ColabCli) => colab.json(['keep-alive', '--every', '1s', '--json']);

async function another(colab: ColabCli, count = 1): Promise<void> {
  const before = answered(colab);
  await until(() => answered(colab) >= before + count);
}

/** Each test has all of it to itself, since they mostly wait and so do it side by side. */
function alone(work: (colab: ColabCli) => Promise<void>, options: Parameters<typeof colabCli>[0] = {}) {
  return async () => {
    const colab = await colabCli(options);
    try {
      await work(colab);
    } finally {
      await colab.close();
    }
  };
}

describe.concurrent('a keeper at work', () => {
  test(
    'goes on past the end of its token and through a network that is away, until the machine is gone',
    alone(async colab => {
      const { control } = colab.emulator;
      await withoutKeeper(colab);
      const keeper = byHand(colab);
      await another(colab);
      const tokens = colab.asked().filter(each => each === 'token').length;
      await control('expire', { kind: 'access' });
      await another(colab);
      expect(pingsOf(colab).map(({ status }) => status)).toContain(401);
      expect(colab.asked().filter(each => each === 'token')).toHaveLength(tokens + 1);

      await control('fail', { fault: ['keep-alive=reset', 'assignments=reset', 'token=reset'] });
      await control('expire', { kind: 'access' });
      const before = pingsOf(colab).length;
      await until(() => pingsOf(colab).length >= before + 2);
      await control('fail', { clear: true });
      await another(colab);

      await control('delete-runtime');
      const { success, data } = await keeper;
      expect(success).toBe(true);
      expect(data.pings).toBeGreaterThanOrEqual(3);
      expect(data.failures).toBeGreaterThanOrEqual(1);
      expect(await keeperOf(colab)).toBeNull();
      const log = (await colab.call(['debug', 'show', '-n', '1000'])).stdout;
      for (const line of ['keep-alive failed', 'keep-alive ended']) expect(log).toContain(line);
      // The session is forgotten only when its owner says so.
      expect((await colab.json(['sessions', 'list', '--json'])).sessions).toMatchObject([{ status: 'stale' }]);
    }),
  );

  test(
    'pings every session that is to be kept, and no longer one that was closed',
    alone(async colab => {
      await withoutKeeper(colab, '--name', 'one');
      await withoutKeeper(colab, '--name', 'two', '--new-runtime');
      const [one, two] = await colab.machines();
      const keeper = byHand(colab);
      const pinged = () => new Set(pingsOf(colab).map(({ path }) => path.split('/')[3]));
      await until(() => pinged().size === 2);
      expect(pinged()).toEqual(new Set([one, two]));
      await colab.call(['sessions', 'close', 'one']);
      const { number } = pingsOf(colab).at(-1) ?? { number: 0 };
      await another(colab, 2);
      // One may have been on its way.
      const later = pingsOf(colab).filter(each => each.number > number && each.path.includes(String(one)));
      expect(later.length).toBeLessThanOrEqual(1);
      await colab.call(['sessions', 'close', 'two']);
      await keeper;
      expect(await keeperOf(colab)).toBeNull();
    }),
  );

  test(
    'takes a machine that never answers for alive, and leaves it at once when its session is closed',
    alone(async colab => {
      await withoutKeeper(colab);
      await colab.emulator.control('settings', { keepAliveAnswers: false });
      const keeper = byHand(colab);
      await until(() => pingsOf(colab).length === 2, 40_000);
      expect(await keeperOf(colab)).toMatchObject({ pings: 1, failures: 0 });
      const closed = performance.now();
      await colab.call(['disconnect']);
      await keeper;
      expect(performance.now() - closed).toBeLessThan(8000);
    }),
  );

  test(
    'ninety minutes: kept, with all variables, though the way in ended again and again; taken without',
    alone(
      async colab => {
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
      },
      { settings: { proxyTtl: 900 } },
    ),
  );
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
    profile: null,
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
