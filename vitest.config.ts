import { configDefaults, defineConfig } from 'vitest/config';

const pythonAsText = {
  name: 'python-as-text',
  transform(code: string, id: string) {
    return id.endsWith('.py') ? { code: `export default ${JSON.stringify(code)}`, map: null } : null;
  },
};

/**
 * Single binaries are tested where most are used and where all are made. What differs elsewhere is not our program but the
 * Node in it, and how that was signed: `scripts/binaries/try.mjs`, and the release workflow on those systems.
 */
const elsewhere = process.platform === 'linux' && process.arch === 'x64' ? [] : ['test/binary/**'];

export default defineConfig({
  plugins: [pythonAsText],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...elsewhere],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Most of the time goes into waiting for servers, so three files at once, also on two cores.
    maxWorkers: 3,
    globalSetup: ['test/support/global-setup.ts'],
  },
});
