// Tries the binaries of a folder as far as this machine can: natively, for ARM under qemu, for Windows under wine, and
// the signatures of those for macOS. Says what was tried and what could not be: `node scripts/binaries/try.mjs`
// [--from <folder>] [--only <target>]. What fails makes the exit code 1; what cannot be tried does not, unless it was
// asked for by name.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer } from '../../bench/server.mjs';
import { CACHE, pythonOf, ROOT } from '../environment.mjs';
import { verifySignature } from './mach-o-verify.mjs';
import { hostTarget, programName, TARGETS } from './parts.mjs';

const QEMU = { command: 'qemu-aarch64-static', libraries: '/usr/aarch64-linux-gnu' };
const LIMIT = 120_000;

const { values } = parseArgs({
  options: { from: { type: 'string', default: join(ROOT, 'release') }, only: { type: 'string', multiple: true } },
});
const scratch = mkdtempSync(join(tmpdir(), 'lecoder-try-'));
const wine = { HOME: scratch, WINEPREFIX: join(CACHE, 'binaries', 'wine'), WINEDEBUG: '-all', PATH: process.env.PATH };
let failed = 0;
let server = null;

function say(holds, text) {
  if (!holds) failed += 1;
  console.log(`${holds ? '✓' : '✗'} ${text}`);
}

function tryTarget(target) {
  const program = resolve(values.from, target, programName(target));
  if (!existsSync(program)) {
    if (values.only) say(false, `${target}: ${program} is not there`);
    else console.log(`- ${target}: not made`);
    return;
  }
  if (target.startsWith('darwin-')) checkSignature(target, program);
  const way = wayToRun(target);
  if (typeof way === 'string') {
    if (values.only && !target.startsWith('darwin-')) say(false, `${target}: ${way}`);
    else console.log(`- ${target}: ${way}`);
    return;
  }
  for (const check of CHECKS) tryOnce({ target, program, way, check });
}

function checkSignature(target, program) {
  const { faults, pages, adHoc } = verifySignature(readFileSync(program));
  say(faults.length === 0 && adHoc, `${target}: signature ${faults.join('; ') || `of ${pages} pages holds`}`);
  if (process.platform !== 'darwin') return;
  const { status, stderr } = spawnSync('codesign', ['--verify', '--strict', '--verbose=2', program]);
  say(status === 0, `${target}: codesign says ${String(stderr).trim().split('\n').join('; ')}`);
}

/** What to put before the program, or why it cannot be run here. */
function wayToRun(target) {
  const { TEMP, SystemRoot } = process.env;
  const home = { HOME: scratch, USERPROFILE: scratch, PATH: '' };
  if (target === hostTarget())
    return { before: [], env: process.platform === 'win32' ? { ...home, TEMP, SystemRoot } : home };
  if (process.platform !== 'linux') return `cannot run on ${process.platform} ${process.arch}`;
  if (target === 'linux-arm64') {
    const there = spawnSync(QEMU.command, ['--version']).status === 0 && existsSync(QEMU.libraries);
    if (!there) return 'needs qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross';
    return { before: [QEMU.command, '-L', QEMU.libraries], env: { ...home, PATH: process.env.PATH } };
  }
  if (target === 'win-x64') return prepareWine();
  return `cannot run on ${process.platform} ${process.arch}`;
}

/** Wine 8 takes itself for a Windows that Node no longer runs on. */
function prepareWine() {
  if (spawnSync('wine', ['--version'], { env: wine }).status !== 0) return 'needs wine';
  mkdirSync(wine.WINEPREFIX, { recursive: true });
  const version = ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'];
  const set = spawnSync('wine', version, { env: wine, stdio: 'ignore', timeout: LIMIT });
  return set.status === 0 ? { before: ['wine'], env: wine } : 'wine does not start';
}

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const CHECKS = [
  { args: ['--version'], holds: ({ status, stdout }) => status === 0 && stdout.trim() === version },
  { args: ['--help'], holds: ({ status, stdout }) => status === 0 && stdout.includes('Usage:') },
  { args: ['logs', '--json'], holds: ({ status, stdout }) => status === 0 && JSON.parse(stdout).success === true },
  { args: ['schema', 'run'], holds: ({ status, stdout }) => status === 0 && typeof JSON.parse(stdout) === 'object' },
  { args: ['no-such-command'], holds: ({ status, stderr }) => status === 2 && stderr.startsWith('error: ') },
  { args: ['run', '-k', '6 * 7', '--runtime', 'jupyter'], holds: ({ stdout }) => stdout.trim() === '42', server: true },
];

function tryOnce({ target, program, way, check }) {
  const line = `${target}: ${[...way.before.slice(0, 1), programName(target), ...check.args].join(' ')}`;
  // Wine 8 refuses the options with which Node's own fetch connects.
  if (check.server && way.before[0] === 'wine') return console.log(`- ${line}: not under wine`);
  if (check.server && server === null) return console.log(`- ${line}: needs the Python that \`npm test\` makes`);
  const [command, ...args] = [...way.before, program, ...check.args];
  const where = server === null ? {} : { JUPYTER_SERVER_URL: server.url, JUPYTER_TOKEN: server.token };
  const config = join(scratch, `config-${target}`);
  const env = {
    ...way.env,
    ...where,
    LECODER_CONFIG_DIR: target === 'win-x64' && process.platform !== 'win32' ? `Z:${config}` : config,
  };
  const started = performance.now();
  const ended = intoFiles(command, args, env);
  let holds = false;
  try {
    holds = check.holds(ended);
  } catch {} // not what it should be, whatever it is
  say(holds, `${line} (${Math.round(performance.now() - started)} ms)`);
  if (!holds)
    console.log(`  exit code ${ended.status}\n${ended.stdout}${ended.stderr}`.trimEnd().replaceAll('\n', '\n  '));
}

/** Under wine, Node can write to files alone. */
function intoFiles(command, args, env) {
  const paths = ['out', 'err'].map(name => join(scratch, name));
  const none = openSync(process.platform === 'win32' ? 'NUL' : '/dev/null', 'r');
  const files = paths.map(path => openSync(path, 'w'));
  const { status } = spawnSync(command, args, { env, cwd: scratch, stdio: [none, ...files], timeout: LIMIT });
  for (const file of [none, ...files]) closeSync(file);
  const [stdout, stderr] = paths.map(path => readFileSync(path, 'utf8'));
  return { status, stdout, stderr };
}

async function jupyterServer() {
  const python = process.env.LECODER_TEST_PYTHON ?? pythonOf(join(CACHE, 'venv'));
  return existsSync(python) ? await startServer(python) : null;
}

try {
  server = await jupyterServer();
  for (const target of values.only ?? Object.keys(TARGETS)) tryTarget(target);
} finally {
  await server?.stop();
  if (existsSync(wine.WINEPREFIX)) spawnSync('wineserver', ['-k'], { env: wine });
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
process.exitCode = failed > 0 ? 1 : 0;
