// `node scripts/quickstart.mjs`: from a fresh clone to Python that runs. Installs, builds, runs real code on the local
// runtime, shows what came of it, and stops what it started. It keeps to `.cache/` and leaves no trace elsewhere.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { build, CACHE, prepare, ROOT } from './environment.mjs';
import { Missing, tell } from './steps.mjs';

const PROGRAM = join(ROOT, 'dist', 'lecoder-cgpu.cjs');
const CODE = `import platform, statistics
squares = [n * n for n in range(1, 11)]
print('Python', platform.python_version(), 'on', platform.system())
print('squares:', squares)
statistics.mean(squares)`;

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    interrupted = true;
  });
}

try {
  const python = await prepare();
  await build();
  await tour(python);
} catch (error) {
  tell(error);
  process.exitCode = interrupted ? 130 : 1;
}

/** The runtime takes the Python that comes first on the path, which is the one just made. */
async function tour(python) {
  const folder = join(CACHE, 'quickstart');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const mine = Object.entries(process.env).filter(
    ([name]) => !/^(LECODER|JUPYTER)_|^(VIRTUAL_ENV|CONDA_PREFIX)$/.test(name),
  );
  const path = `${dirname(python)}${delimiter}${process.env.PATH}`;
  const env = { ...Object.fromEntries(mine), LECODER_CONFIG_DIR: folder, PATH: path };
  const run = ['run', '--runtime', 'local', '-k'];
  try {
    for (const words of [[CODE], ['--json', 'sum(squares)']]) {
      if (!interrupted) await show([...run, ...words], env);
    }
  } finally {
    await show(['disconnect', '--runtime', 'local'], env);
  }
  if (interrupted) throw new Missing('interrupted');
  console.log(`
That was a real kernel: the second run knew what the first had left. Now yours:

  node dist/lecoder-cgpu.cjs run --runtime local -k "print('hello')"
  node dist/lecoder-cgpu.cjs run --runtime local "uname -a"
  node dist/lecoder-cgpu.cjs --help

\`npm link\` makes \`lecoder-cgpu\` a command everywhere; \`npm test\` runs the tests.`);
}

/** Prints the command line, then lets it print. Throws when it fails. */
async function show(words, env) {
  console.log(`\n$ lecoder-cgpu ${words.map(quoted).join(' ')}`);
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (status !== 0)
    throw new Missing(`\`lecoder-cgpu ${words[0]}\` ended with ${status}`, ['What it said stands above']);
}

function quoted(word) {
  return /^[\w./:-]+$/.test(word) ? word : `"${word.replace(/["\\$`]/g, '\\$&')}"`;
}
