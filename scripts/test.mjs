// `npm test`: makes what is needed, builds, checks types, runs the tests, and fails on whatever is not a clean pass.
// Arguments go to vitest as they are: `npm test -- test/unit`.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, CACHE, prepare, ROOT, versions } from './environment.mjs';
import { endAll, whoStays } from './left-behind.mjs';
import { run, StepFailed, signalRunning, step, tell } from './steps.mjs';
import { chosenBy, countTests, totalsLine } from './totals.mjs';

/** Minutes after which the tests are taken to hang. They need a tenth of it to a half. */
const LIMIT = 20;

const args = process.argv.slice(2);
const id = `lecoder-test-${randomBytes(5).toString('hex')}`;
const folder = join(CACHE, 'test');
const problems = [];
let totals = { passed: 0, failed: 0, skipped: 0, notChosen: 0, failures: [], skips: [] };

// Whoever runs is told, and this process stays to tidy up.
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    interrupted = true;
    signalRunning(signal);
  });
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  const python = await prepare();
  await build();
  await checkTypes();
  await runTests(python);
} catch (error) {
  tell(error);
  problems.push(error.message);
}
finish();

async function checkTypes() {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const checked = await step('Checking types', () => run(process.execPath, [tsc, '--noEmit'], { cwd: ROOT }));
  if (checked.status === 0) return;
  tell(new StepFailed('the types do not fit', checked.output));
  problems.push('the types do not fit');
}

async function runTests(python) {
  const { python: version, jupyter_server: server, ipykernel } = await versions(python);
  process.stderr.write(
    `Testing on Node ${process.versions.node}, Python ${version}, jupyter_server ${server}, ipykernel ${ipykernel}\n`,
  );
  const temporary = mkdtempSync(join(tmpdir(), `${id}-`));
  // Some tests act as another user, who has to get through to what is his.
  chmodSync(temporary, 0o711);
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  if (process.env.GITHUB_ACTIONS) reporters.push('--reporter=github-actions');
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  try {
    const env = testEnvironment(python, temporary);
    const ended = await run(process.execPath, [vitest, 'run', ...reporters, ...args], {
      cwd: ROOT,
      env,
      show: true,
      limit: LIMIT * 60_000,
    });
    judge(report, ended);
  } finally {
    await nothingLeft();
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The tests' own world: no settings of the user's, a temporary folder for them alone, and a mark to find strays by. */
function testEnvironment(python, temporary) {
  const mine =
    /^(LECODER_(?!TEST_)|JUPYTER_|IPYTHON|PYTHONHOME$|PYTHONPATH$|PYTHONSTARTUP$|PYTHONDONTWRITEBYTECODE$|NODE_ENV$)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !mine.test(name)));
  const direct = [env.NO_PROXY ?? env.no_proxy, '127.0.0.1', 'localhost', '::1'].filter(Boolean).join(',');
  return {
    ...env,
    LECODER_TEST_PYTHON: python,
    LECODER_TEST_RUN: id,
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    NO_PROXY: direct,
    no_proxy: direct,
  };
}

function judge(path, ended) {
  if (ended.late) problems.push(`the tests took more than ${LIMIT} minutes and were stopped`);
  const report = readReport(path);
  if (!report) {
    problems.push(`vitest ended with ${ended.status} and left no report`);
    return;
  }
  totals = countTests(report, { root: ROOT, chosen: chosenBy(args) });
  problems.push(...totals.failures.map(name => `failed: ${name}`));
  problems.push(...totals.skips.map(name => `skipped: ${name}: a test that cannot run must say why by failing`));
  if (totals.passed + totals.failed === 0) problems.push('no test was run');
  if (ended.status !== 0 && totals.failed === 0)
    problems.push(`vitest ended with ${ended.status} though no test failed; see above`);
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

async function nothingLeft() {
  const strays = await whoStays(id, 5_000);
  for (const { pid, command } of strays)
    problems.push(`left behind by a test: process ${pid}, ${command.slice(0, 200)}`);
  await endAll(id);
}

function finish() {
  if (interrupted) problems.push('interrupted');
  const lines = problems.map(problem => `✗ ${problem}`);
  if (totals.notChosen > 0) lines.push(`${totals.notChosen} tests were not chosen`);
  const line = totalsLine(totals);
  writeFileSync(join(folder, 'totals.txt'), `${line}\n`);
  process.stdout.write(`\n${[...lines, line].join('\n')}\n`);
  process.exitCode = interrupted ? 130 : problems.length > 0 ? 1 : 0;
}
