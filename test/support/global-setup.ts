import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Names the Python that the real servers run on. `npm test` makes it; without it the tests fail, they do not skip. */
export function setup(): void {
  process.env.LECODER_TEST_PYTHON ??= join(
    process.cwd(),
    '.cache',
    'venv',
    process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python',
  );
  if (!existsSync(process.env.LECODER_TEST_PYTHON)) {
    throw new Error(`no Python for the tests at ${process.env.LECODER_TEST_PYTHON}: run \`npm test\`, which makes it`);
  }
}
