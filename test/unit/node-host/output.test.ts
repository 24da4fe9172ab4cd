import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error the build script is plain JavaScript
import { build } from '../../../scripts/build.mjs';

let scratch: string;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'lecoder-output-'));
  await build(join(scratch, 'dist'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const program = () => join(scratch, 'dist', 'lecoder-cgpu.cjs');
const env = () => ({ PATH: process.env.PATH, HOME: scratch, LECODER_CONFIG_DIR: join(scratch, 'config') });

// Only Linux has a device that is always full; the code that tells is the same everywhere.
if (process.platform === 'linux') {
  test.each([['--version'], ['--help'], ['logs', '--json'], ['schema']])(
    'a full disk is an error: %s %s',
    (...argv) => {
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, [program(), ...argv], {
        stdio: ['ignore', full, 'pipe'],
        env: env(),
        encoding: 'utf8',
      });
      closeSync(full);
      expect([status, stderr]).toEqual([
        1,
        'error: the output could not be written (ENOSPC: no space left on device, write)\n',
      ]);
    },
  );
}

test('a reader that leaves early gets no word about it', () => {
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', `"$0" "$1" schema | head -n 1; "$0" "$1" schema | true`, process.execPath, program()],
    {
      env: env(),
      encoding: 'utf8',
    },
  );
  expect([stdout, stderr]).toEqual(['{\n', '']);
});

test('a long text arrives whole in a pipe', () => {
  const { stdout, status } = spawnSync(process.execPath, [program(), 'schema', '--json'], {
    env: env(),
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout.length).toBeGreaterThan(20_000);
  expect(Object.keys(JSON.parse(stdout).data)).toContain('run');
});
