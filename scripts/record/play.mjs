// Plays a take: a shell at a terminal of its own, in a home that was empty a moment ago.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cleaner } from './clean.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RELAY = join(ROOT, 'test/support/pty-relay.py');
const PYTHON = process.env.LECODER_TEST_PYTHON ?? 'python3';
/** What the shell shows when it waits for a line. The first part is seen by us alone. */
const READY = '\u001b]133;A\u0007$ ';
const PACE = 35;
const PATIENCE = 90_000;

/** What was shown and when, in milliseconds, with nothing of this machine in it: `[{ at, text }]`. */
export async function play({ files = {}, before = [], steps, after = [], columns = 80, rows = 30 }) {
  const tooLong = steps.find(step => (step.line ?? step).length > columns - 3);
  if (tooLong) throw new Error(`a line longer than ${columns} columns: ${JSON.stringify(tooLong)}`);
  const base = await realpath(await mkdtemp(join(tmpdir(), 'lecoder-record-')));
  const place = await furnish(base, files);
  const aside = command => promisify(execFile)('bash', ['-c', command], { cwd: place.work, env: place.env });
  try {
    for (const command of before) await aside(command);
    const shell = openShell(place, { columns, rows });
    await shell.sees(READY);
    for (const step of steps) await perform(shell, step);
    await sleep(300);
    await shell.end();
    return cleaner(place)(shell.shown);
  } finally {
    for (const command of after) await aside(command).catch(error => console.error(error.message));
    await rm(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function furnish(base, files) {
  const home = join(base, 'home');
  const work = join(home, 'project');
  const bin = join(base, 'bin');
  const settings = JSON.stringify({ localPython: await pythonPath() });
  const all = {
    [join(home, '.config/lecoder-cgpu/config.json')]: settings,
    [join(home, '.bash_profile')]: "PS1='machine:\\w$ '\n",
    [join(bin, 'lecoder-cgpu')]:
      `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'dist/lecoder-cgpu.cjs')}" "$@"\n`,
    [join(home, 'prompt')]: `PS1='\\[\u001b]133;A\u0007\\]$ '\n`,
    // Google's page is the emulator's here, which needs nobody to press a button.
    [join(bin, 'browser')]: '#!/bin/sh\nexec curl -sLo /dev/null "$1"\n',
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [join(work, name), text])),
  };
  await mkdir(work, { recursive: true });
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  }
  for (const program of ['lecoder-cgpu', 'browser']) await chmod(join(bin, program), 0o700);
  const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  const env = {
    HOME: home,
    PATH: path,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    BROWSER: join(bin, 'browser'),
  };
  return { base, home, work, env };
}

async function pythonPath() {
  return (await promisify(execFile)(PYTHON, ['-c', 'import sys; print(sys.executable)'])).stdout.trim();
}

function openShell({ work, env }, { columns, rows }) {
  const relay = spawn(PYTHON, [RELAY], { stdio: ['pipe', 'pipe', 'inherit'] });
  const tell = order => relay.stdin.write(`${JSON.stringify(order)}\n`);
  // The size has to be right before the shell looks at it.
  const start = `stty columns ${columns} rows ${rows}; exec bash --noprofile --rcfile ../prompt -i`;
  tell({ argv: ['bash', '-c', start], env, cwd: work });
  const end = async () => {
    const gone = once(relay, 'close');
    relay.stdin.end(); // ends the shell
    await gone;
  };
  return { ...watch(relay.stdout), keys: keys => tell({ keys }), end };
}

/** What comes from the relay, as it comes; `sees` waits for a mark behind the one before. */
function watch(stdout) {
  const shown = [];
  const decoder = new TextDecoder();
  const began = performance.now();
  let rest = '';
  let changed = () => {};
  createInterface({ input: stdout }).on('line', line => {
    const { out } = JSON.parse(line);
    if (out === undefined) return;
    const text = decoder.decode(Buffer.from(out, 'base64'), { stream: true });
    shown.push({ at: performance.now() - began, text });
    rest += text;
    changed();
  });
  const sees = mark =>
    new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`${JSON.stringify(mark)} is not shown after:\n${rest}`));
      const late = setTimeout(fail, PATIENCE);
      changed = () => {
        const at = rest.indexOf(mark);
        if (at < 0) return;
        rest = rest.slice(at + mark.length);
        clearTimeout(late);
        resolve();
      };
      changed();
    });
  return { shown, sees };
}

/** A text is a line for the shell; `{ line, until }` waits for something else than its prompt; `{ keys }`, `{ pause }`. */
async function perform(shell, step) {
  const { line, keys, pause, until } = typeof step === 'string' ? { line: step } : step;
  if (pause) return sleep(pause);
  await sleep(500);
  for (const key of keys ?? line) {
    shell.keys(key);
    if (!keys) await sleep(PACE);
  }
  if (line !== undefined) shell.keys('\r');
  await shell.sees(until ?? READY);
  await sleep(400);
}
