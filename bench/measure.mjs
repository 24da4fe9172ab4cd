import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('peak-memory.cjs', import.meta.url));

/** Milliseconds after which a program is taken to hang. */
const LIMIT = 60_000;

/** A start of Node costs more with some of these set, and not the same in both programs. */
const UNWANTED = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'NODE_V8_COVERAGE'];

/** The environment of everything that is measured: the caller's, without what would disturb, with `extra`. */
export function environment(extra = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !UNWANTED.includes(name) && !/^(LECODER|JUPYTER)_/.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/**
 * Runs `node ...args`, or another `command`, to its end and reads all it prints. Milliseconds from the start to the exit. With `look`, counts
 * lines and hashes, too. Throws when it fails: a failed run has no time.
 */
export async function once({ command = process.execPath, args, env }, { look = false } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const hash = createHash('sha256');
  const found = { bytes: 0, lines: 0 };
  let complaints = '';
  child.stderr.on('data', chunk => {
    complaints = (complaints + chunk).slice(-4_000);
  });
  child.stdout.on('data', chunk => {
    found.bytes += chunk.length;
    if (!look) return;
    hash.update(chunk);
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) found.lines += 1;
  });
  const clock = setTimeout(() => child.kill('SIGKILL'), LIMIT);
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  clearTimeout(clock);
  const ms = performance.now() - started;
  if (status !== 0)
    throw new Error(`\`node ${args.join(' ').slice(0, 200)}\` ended with ${status ?? 'a kill'}:\n${complaints}`);
  return { ms, ...found, hash: look ? hash.digest('hex') : null };
}

/** What one run printed, and the most memory it held, in bytes. Not timed. */
export async function inspect({ args, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-bench-'));
  const file = join(folder, 'memory');
  try {
    const run = { args: ['--require', PRELOAD, ...args], env: { ...env, LECODER_BENCH_MEMORY: file } };
    const printed = await once(run, { look: true });
    return { ...printed, memory: Number(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Times two programs in turns, each round one after the other, the order changing from round to round, so that what
 * else the machine does meets both. The ratio of a round is ours over the floor's; the verdict is the median of them.
 * A program may be a function that makes it, for each time anew; `afterwards` tidies up after each, and is not timed.
 */
export async function compare({ ours, floor, afterwards }, { rounds, warmups = 1 }) {
  const pairs = [];
  for (let round = -warmups; round < rounds; round += 1) {
    const times = {};
    const order = round % 2 === 0 ? ['ours', 'floor'] : ['floor', 'ours'];
    for (const who of order) {
      const program = who === 'ours' ? ours : floor;
      times[who] = (await once(typeof program === 'function' ? program() : program)).ms;
      await afterwards?.();
    }
    if (round >= 0) pairs.push(times);
  }
  const ratios = pairs.map(pair => pair.ours / pair.floor);
  return {
    ratio: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    ours: median(pairs.map(pair => pair.ours)),
    floor: median(pairs.map(pair => pair.floor)),
    rounds,
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
