import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { main } from '../../src/main.ts';
import { testHost } from '../support/test-host.ts';

/** Words people might type, right and wrong, in any order; the machine in memory has no way out. */
const OPTIONS = [...COMMANDS.flatMap(command => command.options ?? []), ...GLOBAL_OPTIONS]
  .flatMap(({ flags }) => flags.split(/[ ,]+/))
  .filter(word => word.startsWith('-') && word !== '--config' && word !== '-c' && word !== '--follow' && word !== '-f');
/** What waits for something by design. */
const ENDLESS = new Set(['keep-alive', 'emulator']);
const PATHS = COMMANDS.map(({ path }) => path).filter(([first]) => first !== undefined && !ENDLESS.has(first));
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OPTIONS) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '1',
      '0',
      '-1',
      'x',
      'T4',
      'local',
      'kernel',
      '1h',
      'a=b',
      '--',
      '-',
      '',
      '{}',
      'print(1)',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }).filter(text => !ENDLESS.has(text)) },
);
const line = fc
  .tuple(fc.constantFrom(...PATHS, []), fc.array(word, { maxLength: 6 }), fc.boolean())
  .map(([path, words, first]) => (first ? ['--json', ...path, ...words] : [...path, ...words]));

const EXITS = [0, 1, 2, 3, 4, 5, 6, 130];

test('no command line brings out a stack trace, a bare word for JSON, or an exit code beyond the table', async () => {
  await fc.assert(
    fc.asyncProperty(line, async argv => {
      const host = testHost({ env: { LECODER_RUNTIME: 'colab' }, stdin: '' });
      const exit = await main(argv, host);
      const text = `${host.stdout.text}\n${host.stderr.text}`;
      expect(EXITS).toContain(exit);
      expect(text).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
      expect(text).not.toContain('fault in lecoder-cgpu');
      if (argv[0] === '--json') {
        // With `--json-lines` too, events come before the object.
        const lines = host.stdout.text.trimEnd().split('\n');
        if (!argv.includes('--json-lines')) expect(lines).toHaveLength(1);
        const { success, errorCode } = JSON.parse(lines.at(-1) ?? '');
        expect(success).toBe(exit === 0);
        expect(errorCode === 0).toBe(success);
      }
    }),
    { numRuns: 1500 },
  );
}, 120_000);
