import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { localPlace } from '../support/local-runtime.ts';

test('ten invocations at once start one server', async () => {
  const place = await localPlace();
  const program = join(place.folder, 'start-local.cjs');
  await build({
    entryPoints: ['test/support/start-local.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    loader: { '.py': 'text' },
    logLevel: 'error',
  });
  try {
    const python = process.env.LECODER_TEST_PYTHON ?? '';
    const runs = await Promise.all(
      Array.from({ length: 10 }, () => promisify(execFile)(process.execPath, [program, place.folder, python])),
    );
    const got = runs.map(run => JSON.parse(run.stdout) as { id: string; fresh: boolean });
    expect(new Set(got.map(one => one.id)).size).toBe(1);
    expect(got.filter(one => one.fresh)).toHaveLength(1);
    expect((await readdir(place.files.folder)).filter(name => name.startsWith('local-'))).toEqual([got[0]?.id]);
  } finally {
    await place.clear();
  }
});
