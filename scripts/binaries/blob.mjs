// Makes what goes into the executables: the chunks of `npm run build` as they are, each as an asset of its own, and a
// start that reads them when they are first required. Nothing is parsed before it is used, so the blob needs no code
// cache, and without one the same sources give the same bytes: docs/decisions/0009-single-binaries.md.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, StepFailed } from '../steps.mjs';

const START = 'lecoder-cgpu.cjs';

/**
 * The blob of a folder that `npm run build` filled. `node` is the Node of this machine in the version that the
 * executables have: the form of a blob belongs to a version, and is the same on all platforms.
 */
export async function makeBlob({ dist, node }) {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-blob-'));
  try {
    writeFileSync(join(folder, 'start.cjs'), startText(readFileSync(join(dist, START), 'utf8')));
    const chunks = readdirSync(join(dist, 'chunks')).sort();
    const config = {
      main: 'start.cjs',
      output: 'blob',
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: false,
      assets: Object.fromEntries(chunks.map(name => [name, join(dist, 'chunks', name)])),
    };
    writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
    const made = await run(node, ['--experimental-sea-config', 'sea.json'], { cwd: folder, env: plainEnvironment() });
    if (made.status !== 0) throw new StepFailed('the blob could not be made', made.output || String(made.error));
    return readFileSync(join(folder, 'blob'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Node's own variables could change what it makes. */
function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')));
}

/**
 * `require` of the start and of every chunk: what begins with a dot is an asset. In an executable `process.argv[1]` is
 * the program as it was typed; its full path there says that the program has no script to be started with.
 */
export function startText(text) {
  return `"use strict";process.argv[1]=process.execPath;
const builtin=require,loaded=new Map;
const load=name=>{let module=loaded.get(name);if(!module){module={exports:{}};loaded.set(name,module);
const text=Buffer.from(builtin("node:sea").getRawAsset(name)).toString();
builtin("node:vm").compileFunction(text,["module","exports","require"],{filename:name})(module,module.exports,own)}return module.exports};
const own=name=>name[0]==="."?load(name.slice(name.lastIndexOf("/")+1)):builtin(name);
(function(require){${text.replace(/^#!.*\n/, '')}
})(own);
`;
}
