// Makes a clone ready to work in: node packages, and a Python of its own with a current Jupyter server and ipykernel.
// Node's builtins only: this runs before anything is installed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findPython } from './find-python.mjs';
import { Missing, npm, run, StepFailed, step } from './steps.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const CACHE = join(ROOT, '.cache');

/** Everything that `npm test`, the quick start and the benchmarks stand on. Returns the path of the Python. */
export async function prepare(root = ROOT) {
  checkNode();
  return await withLock(join(root, '.cache', 'prepare.lock'), async () => {
    await installPackages(root);
    return await ensurePython(root);
  });
}

export function checkNode(version = process.versions.node) {
  if (Number(version.split('.')[0]) >= 20) return;
  throw new Missing(`Node ${version} is too old: 20 or newer is needed`, ['Install one from https://nodejs.org']);
}

/** Builds `dist/`. */
export async function build(root = ROOT) {
  const built = await step('Building', () =>
    run(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root }),
  );
  if (built.status !== 0) throw new StepFailed('the build failed', built.output);
}

/** `npm ci`, when what is installed is not what the lock names. */
export async function installPackages(root) {
  if (packagesAreCurrent(root)) return;
  const { command, args } = npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--prefer-offline']);
  const installed = await step('Installing node packages (`npm ci`)', () => run(command, args, { cwd: root }));
  if (installed.status === 0) return;
  if (installed.error?.code === 'ENOENT')
    throw new Missing('npm was not found', ['Install Node with npm from https://nodejs.org']);
  throw new StepFailed(`\`npm ci\` ended with ${installed.status}`, installed.output, [
    'No way to the registry? `npm config get registry` shows which one is asked; `HTTPS_PROXY` names a proxy',
    'A certificate of your own? `NODE_EXTRA_CA_CERTS` names its file',
  ]);
}

/** Compares by content: times of files say little after a checkout. npm writes the second file when it has finished. */
export function packagesAreCurrent(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!present) return false;
  const missing = Object.entries(wanted).some(([path, entry]) => {
    const found = present[path];
    if (found) return found.version !== entry.version || found.integrity !== entry.integrity;
    return path !== '' && !entry.optional && !entry.devOptional && !entry.peer;
  });
  return !missing && Object.keys(present).every(path => path in wanted);
}

/**
 * The Python for real servers: `LECODER_TEST_PYTHON` as it is, else a private one under `.cache/venv`, made once for
 * each content of `test/requirements.txt`. A half-made one has no marker and is made again.
 */
export async function ensurePython(root) {
  const given = process.env.LECODER_TEST_PYTHON;
  if (given) return await checkGiven(given);
  const folder = join(root, '.cache', 'venv');
  const requirements = join(root, 'test', 'requirements.txt');
  const python = pythonOf(folder);
  const wish = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (readJson(join(folder, 'ready.json'))?.requirements === wish && (await versions(python))) return python;
  const base = await findPython();
  await step(`Making a private Python ${base.version} with Jupyter under .cache/venv`, async () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    await fill({ folder, python, base, requirements });
  });
  const found = await versions(python);
  if (!found) throw new Missing('the private Python was made but does not run', [`Delete ${folder} and try again`]);
  writeAtomically(
    join(folder, 'ready.json'),
    `${JSON.stringify({ requirements: wish, base: base.executable, ...found }, null, 2)}\n`,
  );
  return python;
}

/** uv is quick but knows other settings than pip; where it fails, pip gets its turn. */
async function fill({ folder, python, base, requirements }) {
  if (base.uv) {
    const made = await run('uv', ['venv', '--quiet', '--python', base.executable, folder]);
    const install = ['pip', 'install', '--quiet', '--compile-bytecode', '--python', python, '-r', requirements];
    if (made.status === 0 && (await run('uv', install)).status === 0) return;
    process.stderr.write('  uv could not do it; trying venv and pip\n');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  if (!base.venv) throw noVenv(base);
  const made = await run(base.executable, ['-m', 'venv', folder]);
  if (made.status !== 0)
    throw new StepFailed(`\`${base.executable} -m venv\` ended with ${made.status}`, made.output, noVenv(base).fixes);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet', '-r', requirements];
  const installed = await run(python, pip);
  if (installed.status === 0) return;
  throw new StepFailed(`\`pip install\` ended with ${installed.status}`, installed.output, [
    'No way to PyPI? `PIP_INDEX_URL` names another index, `HTTPS_PROXY` a proxy, `PIP_CERT` a certificate of your own',
    'Or set `LECODER_TEST_PYTHON` to a Python that has jupyter_server and ipykernel',
  ]);
}

function noVenv(base) {
  return new Missing(`${base.executable} cannot make virtual environments (no venv or ensurepip module)`, [
    `Debian, Ubuntu: \`apt install python${base.version.split('.').slice(0, 2).join('.')}-venv\``,
    'Elsewhere: install Python from https://www.python.org, or uv from https://docs.astral.sh/uv',
  ]);
}

async function checkGiven(python) {
  const found = await versions(python);
  if (found) return python;
  throw new Missing(`LECODER_TEST_PYTHON is ${python}, which has no jupyter_server and ipykernel`, [
    `\`${python} -m pip install -r test/requirements.txt\`, or unset LECODER_TEST_PYTHON to have a private one made`,
  ]);
}

/** Versions of what the servers need, or null when this Python lacks one of them or does not run. */
export async function versions(python) {
  const ask =
    'import json,platform\nfrom importlib.metadata import version as v\nprint(json.dumps({"python":platform.python_version(),"jupyter_server":v("jupyter_server"),"ipykernel":v("ipykernel")}))';
  const { status, output } = await run(python, ['-c', ask]);
  return status === 0 ? JSON.parse(output) : null;
}

export function pythonOf(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** One preparation at a time in a clone. A lock whose owner has died is taken over. */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; !take(path); told = true) {
    const owner = ownerOf(path);
    if (owner === 'dead') rmSync(path, { force: true });
    else {
      if (!told)
        process.stderr.write(`Waiting for process ${owner}, which prepares this folder too (its lock: ${path})\n`);
      await sleep(300);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Between making the file and writing the number a lock is empty; only an old empty one is nobody's. */
function ownerOf(path) {
  const pid = Number(existsSync(path) ? readFileSync(path, 'utf8') : 0);
  if (pid > 0) return isAlive(pid) ? pid : 'dead';
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - made > 5_000 ? 'dead' : 'unknown';
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function writeAtomically(path, text) {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
