import { defineConfig } from 'vitest/config';

const pythonAsText = {
  name: 'python-as-text',
  transform(code: string, id: string) {
    return id.endsWith('.py') ? { code: `export default ${JSON.stringify(code)}`, map: null } : null;
  },
};

export default defineConfig({
  plugins: [pythonAsText],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Most of the time goes into waiting for servers, so two files at once, also on two cores.
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
  },
});
