// Writes a blob into an executable, so that Node finds it there and runs it. The library that knows how needs up to a
// gigabyte, warns of names in every file that it cannot look up, and gives nothing back: each time it gets a process.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { run, StepFailed } from '../steps.mjs';
import { injector } from './fetch-part.mjs';

/** Node looks for these names, and for the fuse, of which exactly one stands in every build. */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const MACHO_SEGMENT = 'NODE_SEA';

const SELF = fileURLToPath(import.meta.url);

/** Changes the file in place. */
export async function inject(file, blob) {
  const beside = `${file}.blob`;
  writeFileSync(beside, blob);
  const { status, output, error } = await run(process.execPath, [SELF, await injector(), file, beside]);
  if (status !== 0) throw new StepFailed(`the blob could not be written into ${file}`, output || String(error));
}

/** The library is CommonJS, but lies in a repository of ES modules, where Node would take it for one. */
function load(path) {
  const module = { exports: {} };
  const names = ['module', 'exports', 'require', '__filename', '__dirname'];
  const start = compileFunction(readFileSync(path, 'utf8'), names, { filename: path });
  start(module, module.exports, createRequire(path), path, dirname(path));
  return module.exports;
}

if (process.argv[1] === SELF) {
  const [library, file, blob] = process.argv.slice(2);
  await load(library).inject(file, RESOURCE, readFileSync(blob), {
    sentinelFuse: FUSE,
    machoSegmentName: MACHO_SEGMENT,
  });
}
