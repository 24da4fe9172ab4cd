import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, makeCli } from '../support/cli.ts';
import { colabCli } from '../support/colab-cli.ts';
import { pidOf } from '../support/keepers.ts';
import { newBlob, singleBinary } from '../support/single-binary.ts';

describe('the single binary', () => {
  let program: string;
  let cli: Cli;
  beforeAll(async () => {
    program = await singleBinary();
    // Python's folder alone: there is no Node to be found.
    cli = await makeCli({ PATH: dirname(process.env.LECODER_TEST_PYTHON ?? '') }, program);
  }, 600_000);
  afterAll(() => cli?.close());

  test('runs code on the local runtime, without a Node on the path', async () => {
    const { code, stdout, stderr } = await cli.call(['run', '-k', 'print("é", 6 * 7)']);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: 'é 42\n' });
    expect((await cli.json(['run', '--json', '-k', '1 + 1'])).success).toBe(true);
    expect((await cli.call(['run', '-k', '1 / 0'])).stderr).toContain('ZeroDivisionError');
  });

  test('runs a shell command there, and carries files', async () => {
    expect(await cli.call(['run', 'echo', 'from the shell'])).toMatchObject({ code: 0, stdout: 'from the shell\n' });
    expect((await cli.call(['upload', program, 'copy'])).code).toBe(0);
    const sums = await cli.call(['run', '-k', COMPARE(program)]);
    expect(sums.stdout).toBe('True\n');
  });

  test('starts itself again as the process that keeps a machine alive', async () => {
    const colab = await colabCli({}, {}, program);
    try {
      expect((await colab.call(['connect', '--no-shell'])).code).toBe(0);
      const pid = await pidOf(colab);
      const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      expect(argv.slice(0, 2)).toEqual([program, 'keep-alive']);
    } finally {
      await colab.close();
    }
  });

  test('starts itself again as the emulator', async () => {
    const started = await cli.json(['emulator', 'start', '--json']);
    expect(started.success).toBe(true);
    expect((await cli.call(['emulator', 'status'])).code).toBe(0);
    expect((await cli.call(['emulator', 'stop'])).code).toBe(0);
  });

  test('holds what two builds in different folders make alike, bit for bit', async () => {
    const [one, other] = await Promise.all([newBlob(), newBlob()]);
    expect(one.equals(other)).toBe(true);
    expect(one.includes(process.cwd())).toBe(false);
  });
});

/** Whether two files here are the same; the local runtime sees our files too. */
const COMPARE = (path: string) => `import filecmp; print(filecmp.cmp("copy", ${JSON.stringify(path)}, shallow=False))`;
