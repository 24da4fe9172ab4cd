// `npm run build`: bundles everything into dist/. One small CommonJS file starts; the rest is read only when it is
// needed. How and why: docs/decisions/0002-startup.md.
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { pack } from './pack.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TARGET = 'node20';
const START = 'lecoder-cgpu.cjs';

/** What belongs together, each pack one file: what `--help` needs, what every command needs, the commands, a run. */
const PACKS = {
  'start.cjs': ['node-host', 'main', 'cli/help', 'ui/style'],
  'work.cjs': [
    'cli/read-options',
    'cli/command-input',
    'cli/run-command',
    'cli/refuse',
    'app',
    'ui/human-printer',
    'ui/envelope',
    'ui/json-printer',
  ],
  'commands.cjs': [
    'commands/run',
    'commands/status',
    'commands/sessions/list',
    'commands/kernel/status',
    'commands/logs/list',
  ],
  'run.cjs': [
    'operations/run/run-command',
    'operations/run/run-code',
    'jupyter/kernel-server',
    'jupyter/execute-cell',
    'node-host/socket',
  ],
};

/**
 * Bundles to split ES modules, turns each chunk into CommonJS, where a lazy import is a plain `require`, and packs them.
 * Returns the bundler's account of what went in.
 */
export async function build(folder = join(ROOT, 'dist')) {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const { outputFiles, metafile } = await bundle(folder, version);
  const files = new Map();
  for (const file of outputFiles) files.set(commonName(file.path), await asCommonJs(file.text));
  const names = new Map(
    Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [entryPoint, commonName(path)]),
  );
  const chunkOf = source => {
    const chunk = names.get(source);
    if (chunk === undefined) throw new Error(`PACKS names ${source}, which nothing imports lazily`);
    return chunk;
  };
  const packs = Object.entries(PACKS).map(([name, sources]) => [
    name,
    sources.map(source => chunkOf(`src/${source}.ts`)),
  ]);
  await write(pack(files, Object.fromEntries(packs)), folder);
  return metafile;
}

function bundle(folder, version) {
  return esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: { 'lecoder-cgpu': 'src/bin.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    define: { BUNDLED_VERSION: JSON.stringify(version) },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: TARGET,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    loader: { '.py': 'text' },
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
}

const commonName = path => basename(path).replace(/\.mjs$/, '.cjs');

async function asCommonJs(text) {
  const { code } = await esbuild.transform(text, {
    format: 'cjs',
    platform: 'node',
    target: TARGET,
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
  });
  return code.replace(/require\("(\.{1,2}\/[^"]+)\.mjs"\)/g, 'require("$1.cjs")');
}

async function write(files, folder) {
  const next = `${folder}.next`;
  await rm(next, { recursive: true, force: true });
  await mkdir(join(next, 'chunks'), { recursive: true });
  for (const [name, text] of files) {
    if (name === START) await writeFile(join(next, name), `#!/usr/bin/env node\n${text}`);
    else await writeFile(join(next, 'chunks', name), text);
  }
  await chmod(join(next, START), 0o755);
  await rm(folder, { recursive: true, force: true });
  await rename(next, folder);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
