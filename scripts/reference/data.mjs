// The data that pages are made from: what the program itself runs on, bundled without the commands' own modules.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const SOURCE = `
export { COMMANDS, GROUPS } from './src/cli/command-list.ts';
export { findPlace, commandsUnder, summaryOf } from './src/cli/catalogue.ts';
export { usageLines, optionRow } from './src/cli/help.ts';
export { GLOBAL_OPTIONS } from './src/cli/global-options.ts';
export { optionNames } from './src/cli/spec.ts';
export { FAILURES } from './src/core/failure.ts';
export { EXIT_CODES } from './src/core/exit-codes.ts';
export { TOPICS } from './src/cli/topics/topics.ts';
export { SHELLS } from './src/core/shells.ts';
export { fieldRows, pick, typeText } from './src/core/contract/field-rows.ts';
export { VARIABLES } from './src/core/environment.ts';
export { SETTINGS } from './src/core/setting-list.ts';
export { jsonSchema, SCHEMA_NAMES } from './src/core/contract/json-schema.ts';
`;

export async function loadData() {
  const folder = await mkdtemp(join(tmpdir(), 'lecoder-reference-'));
  try {
    const outfile = join(folder, 'data.mjs');
    // A command's module is named in the data and loaded when it runs; here none runs.
    const leaveCommands = {
      name: 'leave-commands',
      setup: builder =>
        builder.onResolve({ filter: /\/commands\/[^.]+\.ts$/ }, ({ path, kind }) =>
          kind === 'dynamic-import' ? { path, external: true } : undefined,
        ),
    };
    await esbuild.build({
      stdin: { contents: SOURCE, resolveDir: ROOT },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      outfile,
      plugins: [leaveCommands],
      logLevel: 'error',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
