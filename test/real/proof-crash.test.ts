import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newOwner } from '../../src/store/lock-owner.ts';
import { type ColabCli, colabCli } from '../support/colab-cli.ts';
import { keeperOf } from '../support/keepers.ts';
import { hostIn } from '../support/node-host-for-tests.ts';
import { processesIn } from '../support/processes.ts';
import { until } from '../support/until.ts';

let colab: ColabCli;

beforeAll(async () => {
  colab = await colabCli({
    accounts: [{ email: 'ada@example.com', tier: 'pro+', refreshToken: '1//emulator-refresh-token-of-the-tests' }],
    settings: { maxMachines: 20 },
  });
});
afterAll(() => colab?.close());

const historyOf = async () => {
  const text = await readFile(join(colab.config, 'profiles', 'emulator', 'state', 'history.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
};

/** Machines of the emulator, and those of our sessions: the difference is paid for by nobody who knows. */
async function unknownMachines(): Promise<string[]> {
  const { sessions } = await colab.json(['sessions', 'list', '--json']);
  const ours = sessions
    .filter((each: { name: string | null }) => each.name !== null)
    .map((each: { runtime: { id: string } }) => each.runtime.id);
  return (await colab.machines()).filter(machine => !ours.includes(machine));
}

describe('ten at once on one session', () => {
  test('each gets its own output and status, in both modes; all are in the history', async () => {
    await colab.call(['connect', '--no-shell']);
    await colab.call(['run', '-k', 'many = 100']);
    await colab.call(['run', 'true']);
    colab.forget();
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0
          ? colab.json(['run', '-k', '--json', `import time\nprint(many + ${n})\ntime.sleep(0.05)\nprint(${n})`])
          : colab.json(['run', '--json', `echo $((100 + ${n})); sleep 0.2; echo ${n}; exit ${n === 9 ? 9 : 0}`]),
      ),
    );
    expect(runs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 10 }, (_, n) => `${100 + n}\n${n}\n`));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
    expect(await colab.machines()).toHaveLength(1);
    expect(colab.asked()).toEqual(Array(10).fill('proxy-kernel-socket'));
    const lines = await historyOf();
    expect(new Set(lines.slice(-10).map(({ stdout }) => stdout))).toEqual(new Set(runs.map(({ stdout }) => stdout)));
  });
});

/** What may be killed, and the next command, which has to go as if nothing had been. */
const COMMANDS = [
  ['run', '-k', 'import time\nfor i in range(100):\n    print(i, flush=True)\n    time.sleep(0.02)'],
  ['connect', '--no-shell', '--new-runtime'],
  ['run', 'for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.1; done'],
  ['connect', '--no-shell', '--new-runtime', '--name'],
] as const;

const ROUNDS = 12;

/** What a command leaves that is killed after it wrote down its session and before it took away the note of its request. */
async function leaveNoteOf(machine: string): Promise<void> {
  const path = join(colab.config, 'profiles', 'emulator', 'state', 'assign-intents.json');
  const file = JSON.parse(await readFile(path, 'utf8'));
  const { key, choice, account, at } = file.machines.find(({ id }: { id: string }) => id === machine);
  const host = hostIn(colab.home, colab.env);
  const owner = { ...newOwner(host), pid: 999_999_999, started: '1' };
  await writeFile(path, JSON.stringify({ ...file, intents: [{ key, choice, account, at, owner }] }));
}

describe('kill -9 between the session and the end of the note', () => {
  test.each([[['sessions', 'list']], [['status']], [['connect', '--no-shell', '--name', 'one-more', '--new-runtime']]])(
    '%j leaves the machine to its session',
    async next => {
      await colab.call(['connect', '--no-shell']);
      const [machine = ''] = await colab.machines();
      await leaveNoteOf(machine);
      expect(await colab.intents()).toHaveLength(1);
      expect(await colab.call(next)).toMatchObject({ code: 0, stderr: expect.not.stringContaining('gave back') });
      expect(await colab.machines()).toContain(machine);
      expect(await colab.intents()).toEqual([]);
    },
  );
});

describe('kill -9 at any moment', () => {
  test('the next command goes well, and no machine is forgotten', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const command = COMMANDS[round % COMMANDS.length] ?? [];
      const args = command.at(-1) === '--name' ? [...command, `round-${round}`] : command;
      // Spread over the life of the command, never the same twice; what it was stands in the message.
      const moment = Math.round(((round + Math.random()) / ROUNDS) * 700);
      const said = `round ${round}, \`${args.join(' ').slice(0, 40)}\` killed after ${moment} ms`;
      await colab.call(args, { onStart: signal => void setTimeout(() => signal('SIGKILL'), moment) });
      const next = await colab.call(['run', '-k', `print("after ${round}")`]);
      expect([said, next.code, next.stdout, next.code === 0 ? '' : next.stderr]).toEqual([
        said,
        0,
        `after ${round}\n`,
        '',
      ]);
      expect([said, await unknownMachines()]).toEqual([said, []]);
      expect([said, await colab.intents()]).toEqual([said, []]);
    }
    for (const line of await historyOf()) expect(line).toMatchObject({ id: expect.any(String) });
  }, 60_000);

  test('in the end everything is given back, and nobody is left', async () => {
    expect((await colab.call(['disconnect', '--all'])).code).toBe(0);
    expect(await colab.machines()).toEqual([]);
    expect(await colab.intents()).toEqual([]);
    await until(async () => (await keeperOf(colab)) === null);
    // Elsewhere than on Linux the test run's own look at what is left behind has to do.
    if (process.platform === 'linux') await until(() => processesIn(colab.home).length === 0);
  });
});
