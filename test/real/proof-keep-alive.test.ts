import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { answered, isAlive, keeperOf, pidOf, pingsOf, withoutKeeper } from '../support/keepers.ts';
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
    expect((await colab.call(['status'])).stdout).toContain(`process ${pid}`);
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
});

describe('a keeper at work', () => {
  let colab: ColabCli;
  beforeAll(async () => {
    colab = await colabCli();
  });
  afterAll(() => colab?.close());
  const control = (what: string, order: object = {}) => colab.emulator.control(what, order);
  const another = async (count = 1) => {
    const before = answered(colab);
    await until(() => answered(colab) >= before + count);
  };

  test('goes on past the end of its token and through a network that is away, until the machine is gone', async () => {
    await withoutKeeper(colab);
    const keeper = colab.json(['keep-alive', '--every', '1s', '--json']);
    await another();
    const tokens = colab.asked().filter(each => each === 'token').length;
    await control('expire', { kind: 'access' });
    await another();
    expect(pingsOf(colab).map(({ status }) => status)).toContain(401);
    expect(colab.asked().filter(each => each === 'token')).toHaveLength(tokens + 1);

    await control('fail', { fault: ['keep-alive=reset', 'assignments=reset', 'token=reset'] });
    await control('expire', { kind: 'access' });
    const before = pingsOf(colab).length;
    await until(() => pingsOf(colab).length >= before + 2);
    await control('fail', { clear: true });
    await another();

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
    await colab.call(['sessions', 'clean']);
  });

  test('pings every session that is to be kept, and no longer one that was closed', async () => {
    await withoutKeeper(colab, '--name', 'one');
    await withoutKeeper(colab, '--name', 'two', '--new-runtime');
    const [one, two] = await colab.machines();
    const keeper = colab.json(['keep-alive', '--every', '1s', '--json']);
    const pinged = () => new Set(pingsOf(colab).map(({ path }) => path.split('/')[3]));
    await until(() => pinged().size === 2);
    expect(pinged()).toEqual(new Set([one, two]));
    await colab.call(['sessions', 'close', 'one']);
    const { number } = pingsOf(colab).at(-1) ?? { number: 0 };
    await another(2);
    const later = pingsOf(colab).filter(each => each.number > number && each.path.includes(String(one)));
    expect(later.length).toBeLessThanOrEqual(1);
    await colab.call(['sessions', 'close', 'two']);
    expect(await keeper).toMatchObject({ errorCode: expect.any(Number) });
    expect(await keeperOf(colab)).toBeNull();
  });

  test('refuses a pace that would be a nuisance', async () => {
    expect((await colab.json(['keep-alive', '--every', '0', '--json'])).error).toMatchObject({ code: 1403 });
  });
});
