import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { type OptionSpec, optionNames } from '../../src/cli/spec.ts';
import { SETTING_KEYS } from '../../src/core/setting-list.ts';
import { main } from '../../src/main.ts';
import { FIXED_NOW, type TestHost, testHost } from '../support/test-host.ts';

const LINES = 10_000;
/** Where the machine is slow, fewer lines are tried rather than the test never ending. */
const BUDGET_MS = 60_000;
const DAY_MS = 86_400_000;

/** What waits for something by design. */
const ENDLESS_OPTIONS = new Set(['--config', '-c', '--follow', '-f', '--watch']);
const ENDLESS = new Set(['keep-alive', 'emulator']);

/** Words people might type, right and wrong, in any order; the machine in memory has no way out. */
const OPTIONS = [...COMMANDS.flatMap(command => command.options ?? []), ...GLOBAL_OPTIONS]
  .flatMap(({ flags }) => flags.split(/[ ,]+/))
  .filter(word => word.startsWith('-') && !ENDLESS_OPTIONS.has(word));
const PATHS = COMMANDS.map(({ path }) => path).filter(([first]) => first !== undefined && !ENDLESS.has(first));
const WORDS = [
  ...['1', '0', '-1', '1e999', '99999999999999999999', 'x', 'T4', 'local', 'kernel', '1h', '5m', 'a=b', '--', '-', ''],
  ...['{}', 'print(1)', 'x.ipynb', './a/../b', '/', '\ud800', '‮', '🙂', 'true', 'work', 'emulator', 'default'],
  ...['http://127.0.0.1:9/?token=x', '__proto__', 'constructor', 'hasOwnProperty', '%s', '$(id)', '`x`', 'a\nb'],
];
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OPTIONS) },
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.constantFrom(...SETTING_KEYS) },
  {
    weight: 1,
    arbitrary: fc.string({ maxLength: 8 }).filter(text => !ENDLESS.has(text) && !ENDLESS_OPTIONS.has(text)),
  },
);
/** What a person might mean: one command with options of its own, values that fit, and words where it takes words. */
const meant = fc
  .constantFrom(...COMMANDS.filter(({ path: [first] }) => first !== undefined && !ENDLESS.has(first)))
  .chain(({ path, options = [], words = [] }) =>
    fc
      .tuple(
        fc.shuffledSubarray(options.filter(hasAnEnd)).map(all => all.slice(0, 3)),
        fc.array(fc.constantFrom(...WORDS), { maxLength: 9 }),
      )
      .map(([chosen, texts]) => {
        const left = [...texts];
        const next = () => left.shift() ?? 'x';
        const given = words.filter(({ required }) => required || texts.length > 4).map(next);
        return [...path, ...chosen.flatMap(option => typedOption(option, next)), ...given];
      }),
  );

function hasAnEnd({ flags }: OptionSpec): boolean {
  return !flags.split(/[ ,]+/).some(name => ENDLESS_OPTIONS.has(name));
}

function typedOption(option: OptionSpec, next: () => string): string[] {
  const { long, value } = optionNames(option);
  if (value === 'none') return [long];
  const fitting = { whole: '3', duration: '1m', size: '1k', list: 'a,b', pairs: 'A=b', choice: option.choices?.[0] };
  return [long, (option.kind in fitting ? fitting[option.kind as keyof typeof fitting] : undefined) ?? next()];
}

const typed = fc
  .tuple(fc.constantFrom(...PATHS, []), fc.array(word, { maxLength: 6 }))
  .map(([path, words]): string[] => [...path, ...words]);
const line = fc.tuple(fc.oneof(typed, meant), fc.boolean()).map(([argv, json]) => (json ? ['--json', ...argv] : argv));
const environment = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom({ LECODER_RUNTIME: 'colab' }, { LECODER_RUNTIME: 'local' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { LECODER_RUNTIME: 'jupyter', JUPYTER_SERVER_URL: 'http://127.0.0.1:9/' },
      { LECODER_RUNTIME: 'jupyter' },
      { LECODER_RUNTIME: 'nowhere' },
      { LECODER_TIMEOUT: 'long' },
      { LECODER_PROFILE: 'nobody' },
      { LECODER_PROFILE: '../../etc' },
      { LECODER_EMULATOR: 'http://127.0.0.1:9' },
      { LECODER_EMULATOR: 'http://example.com' },
      { LECODER_REFRESH_TOKEN: 'x' },
      { LECODER_CLIENT_ID: 'half' },
    ),
  },
);

const EXITS = [0, 1, 2, 3, 4, 5, 6, 130];
const base = mkdtempSync(join(tmpdir(), 'lecoder-fuzz-'));
let folders = 0;
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Time passes as it is waited for; whoever waits for a day is interrupted. */
function atHighSpeed(host: TestHost): TestHost {
  let clock = 0;
  return {
    ...host,
    monotonic: () => clock,
    now: () => new Date(FIXED_NOW.getTime() + clock),
    async sleep(ms, signal) {
      clock += ms;
      await new Promise(setImmediate);
      if (clock > DAY_MS) host.interrupt('SIGINT');
      signal?.throwIfAborted();
    },
  };
}

/** A sign-in for which everything is there waits for a person, for minutes. */
function waitsForPerson(argv: readonly string[], env: Record<string, string>): boolean {
  return env.LECODER_EMULATOR !== undefined && (argv.includes('login') || argv.includes('--force-login'));
}

async function check(argv: readonly string[], env: Record<string, string>): Promise<void> {
  if (waitsForPerson(argv, env)) return;
  const host = atHighSpeed(testHost({ env, stdin: '', folder: join(base, String(folders++)) }));
  const exit = await main(argv, host);
  const text = `${host.stdout.text}\n${host.stderr.text}`;
  expect(EXITS).toContain(exit);
  expect(text).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(text).not.toContain('fault in lecoder-cgpu');
  expect(text).not.toMatch(/\bundefined\b|\[object Object\]|\bNaN\b/);
  if (argv[0] !== '--json') return;
  // With `--json-lines` too, events come before the object.
  const lines = host.stdout.text.trimEnd().split('\n');
  if (!argv.includes('--json-lines')) expect(lines).toHaveLength(1);
  const { success, errorCode } = JSON.parse(lines.at(-1) ?? '');
  expect(success).toBe(exit === 0);
  expect(errorCode === 0).toBe(success);
}

test('no command line brings out a stack trace, a bare word for JSON, or an exit code beyond the table', async () => {
  await fc.assert(fc.asyncProperty(line, environment, check), {
    numRuns: LINES,
    interruptAfterTimeLimit: BUDGET_MS,
    markInterruptAsFailure: false,
  });
  // what was found with a slow machine counts too, but hardly anything would be no test
  expect(folders).toBeGreaterThan(1000);
}, 120_000);
