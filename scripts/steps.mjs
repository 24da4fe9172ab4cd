// Running the steps of a script and saying how they went. Node's builtins only: this runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Something this machine lacks. `fixes` are lines that say what to do about it. */
export class Missing extends Error {
  constructor(message, fixes = []) {
    super(message);
    this.name = 'Missing';
    this.fixes = fixes;
  }
}

/** A step that ended badly. What it printed stands in `output`. */
export class StepFailed extends Missing {
  constructor(message, output, fixes = []) {
    super(message, fixes);
    this.name = 'StepFailed';
    this.output = output;
  }
}

const running = new Set();

/** Passes a signal on to whatever `run` is waiting for. */
export function signalRunning(signal) {
  for (const child of running) child.kill(signal);
}

/** Runs a program to its end. Resolves with status (null when it could not start or was killed) and collected output. */
export function run(command, args, { cwd, env = process.env, show = false, limit = 0 } = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    running.add(child);
    let output = '';
    const keep = chunk => {
      output = (output + chunk).slice(-200_000);
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    let late = false;
    const clock =
      limit > 0
        ? setTimeout(() => {
            late = true;
            child.kill('SIGKILL');
          }, limit)
        : null;
    const end = (status, error) => {
      if (clock) clearTimeout(clock);
      running.delete(child);
      resolve({ status, output, error, late });
    };
    child.once('error', error => end(null, error));
    child.once('close', status => end(status, null));
  });
}

/** Says what is being done, does it, and says how long it took. */
export async function step(title, work) {
  const started = performance.now();
  process.stderr.write(`${title} …\n`);
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  if (seconds >= 2) process.stderr.write(`  ${seconds.toFixed(0)} s\n`);
  return result;
}

/** How to start npm without a shell: npm's own script on this Node. */
export function npm(args) {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath ?? '',
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = candidates.find(path => basename(path) === 'npm-cli.js' && existsSync(path));
  return script ? { command: process.execPath, args: [script, ...args] } : { command: 'npm', args };
}

/** Ends the script with what went wrong and what helps, on stderr. Anything unforeseen keeps its stack. */
export function tell(error) {
  if (!(error instanceof Missing)) {
    process.stderr.write(`\n${error?.stack ?? error}\n`);
    return;
  }
  if (error.output) process.stderr.write(`\n${error.output.trimEnd().split('\n').slice(-40).join('\n')}\n`);
  process.stderr.write(`\nerror: ${error.message}\n`);
  for (const fix of error.fixes) process.stderr.write(`  ${fix}\n`);
}
