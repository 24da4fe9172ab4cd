import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { answered, isAlive, keeperOf, pidOf, pingsOf } from '../support/keepers.ts';
import { processesIn } from '../support/processes.ts';
import { until } from '../support/until.ts';

/** Keepers at work. Elsewhere than on Linux the pings at the emulator have to tell: each keeper sends one at its start. */
function keepersOf({ home }: ColabCli): number[] | null {
  if (process.platform !== 'linux') return null;
  return processesIn(home).flatMap(({ pid, argv }) => (argv.includes('keep-alive') ? [pid] : []));
}

describe('the process that connect leaves behind', () => {
  let colab: ColabCli;
  beforeAll(async () => {
    colab = await colabCli();
  });
  afterAll(() => colab?.close());

  test('is one, however many connect at the same time and after', async () => {
    const connects = await Promise.all(Array.from({ length: 10 }, () => colab.call(['connect', '--no-shell'])));
    expect(connects.map(({ code }) => code)).toEqual(Array(10).fill(0));
    expect(await colab.machines()).toHaveLength(1);
    const pid = await pidOf(colab);
    await colab.call(['connect', '--no-shell']);
    await until(() => answered(colab) > 0);
    expect(await pidOf(colab)).toBe(pid);
    expect(keepersOf(colab) ?? [pid]).toEqual([pid]);
    expect(pingsOf(colab)).toHaveLength(1);
  });

  test('is shown by status', async () => {
    const [session] = (await colab.json(['sessions', 'list', '--json'])).sessions;
    const pid = await pidOf(colab);
    await until(async () => (await keeperOf(colab))?.pings === 1);
    expect((await colab.json(['status', '--json'])).keepAlive).toMatchObject({ pid, sessions: [session.name] });
    expect((await colab.call(['status'])).stdout).toMatch(new RegExp(`^kept alive.*\\b${pid}\\b`, 'm'));
  });

  test('killed, it is shown no more, and the next connect starts another', async () => {
    const pid = await pidOf(colab);
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    expect((await colab.json(['status', '--json'])).keepAlive).toBeNull();
    await Promise.all([1, 2, 3].map(() => colab.call(['connect', '--no-shell'])));
    const next = await pidOf(colab);
    expect(next).not.toBe(pid);
    expect(isAlive(next)).toBe(true);
    expect(keepersOf(colab) ?? [next]).toEqual([next]);
    await until(() => answered(colab) === 2);
  });

  test('ends at once when the session is closed, and comes back with the next', async () => {
    const pid = await pidOf(colab);
    const closed = performance.now();
    expect((await colab.call(['disconnect'])).code).toBe(0);
    await until(() => !isAlive(pid), 3000);
    expect(performance.now() - closed).toBeLessThan(5000);
    expect(await keeperOf(colab)).toBeNull();
    expect((await colab.json(['status', '--json'])).keepAlive).toBeNull();
  });

  test('ends when its time is over; the machine stays until Colab takes it', async () => {
    colab.emulator.world.traffic.forget();
    await colab.call(['connect', '--no-shell', '--keep-alive', '2s']);
    const pid = await pidOf(colab);
    await until(() => answered(colab) === 1);
    await until(() => !isAlive(pid), 6000);
    expect(await keeperOf(colab)).toBeNull();
    expect(await colab.machines()).toHaveLength(1);
    const longer = await colab.json(['connect', '--json', '--keep-alive', '1h']);
    expect(longer.data.fresh).toBe(false);
    expect(isAlive(await pidOf(colab))).toBe(true);
  });

  test('is not started where it is not wanted', async () => {
    await colab.call(['disconnect']);
    await until(async () => (await keeperOf(colab)) === null);
    await colab.call(['connect', '--no-shell', '--keep-alive', '0']);
    expect(await keeperOf(colab)).toBeNull();
    expect(keepersOf(colab) ?? []).toEqual([]);
  });

  test('refuses a pace that would be a nuisance', async () => {
    expect((await colab.json(['keep-alive', '--every', '0', '--json'])).error).toMatchObject({ code: 1403 });
  });
});
