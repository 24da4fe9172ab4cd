import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Running {
  readonly pid: number;
  readonly argv: readonly string[];
}

/** Processes that live in this home, by their environment. Linux only; elsewhere environments cannot be read. */
export function processesIn(home: string): Running[] {
  return all().filter(({ pid }) => `\0${read(`/proc/${pid}/environ`)}`.includes(`\0HOME=${home}\0`));
}

/** Looks at all command lines of this machine, again and again, until told to stop; returns those with one of the texts. */
export function watchCommandLines(texts: readonly string[]): () => string[] {
  const found = new Set<string>();
  const look = () => {
    for (const { argv } of all()) {
      const line = argv.join(' ');
      if (texts.some(text => line.includes(text))) found.add(line);
    }
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    look();
    return [...found];
  };
}

/**
 * Lets every Node process that gets `env` write down the command line of each process it starts, so that none is missed
 * however short it lives.
 */
export async function recordStarts(folder: string) {
  const script = join(folder, 'record-starts.cjs');
  const log = join(folder, 'started.jsonl');
  await mkdir(folder, { recursive: true });
  await writeFile(script, RECORDER);
  await chmod(script, 0o600);
  return {
    env: { NODE_OPTIONS: `--require=${script}`, RECORD_STARTS: log },
    /** Each with what started it. */
    async started(): Promise<string[]> {
      return (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(line => line !== '');
    },
  };
}

const RECORDER = `
const { ChildProcess } = require('node:child_process');
const { appendFileSync } = require('node:fs');
const spawn = ChildProcess.prototype.spawn;
ChildProcess.prototype.spawn = function (options) {
  appendFileSync(process.env.RECORD_STARTS, JSON.stringify([options.file, ...options.args]) + '\\n', { mode: 0o600 });
  return spawn.call(this, options);
};
`;

function all(): Running[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => ({ pid: Number(name), argv: read(`/proc/${name}/cmdline`).split('\0') }))
    .filter(({ argv }) => argv.length > 1);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
