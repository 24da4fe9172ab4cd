import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const PROGRAM = join(process.cwd(), 'dist', 'lecoder-cgpu.cjs');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

export interface CallOptions {
  readonly input?: string | Uint8Array | null;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Called at each piece of stdout or stderr, with all of it so far and a way to signal the process, once each. */
  readonly watch?: (soFar: { stdout: string; stderr: string }, signal: (name: NodeJS.Signals) => void) => void;
  /** Called once at the start with a way to signal the process. */
  readonly onStart?: (signal: (name: NodeJS.Signals) => void) => void;
}

/** The built program as a stranger would use it: an empty home, a Python with Jupyter on the path, the local runtime. */
export interface Cli {
  readonly home: string;
  readonly config: string;
  readonly env: Record<string, string>;
  call(args: readonly string[], options?: CallOptions): Promise<Finished>;
  /** The one JSON object of a call with `--json`; fails when stdout is anything else. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  json(args: readonly string[], options?: CallOptions): Promise<any>;
  /** Puts `lecoder-cgpu` and `jq` on a path for scripts that call them by name, and returns that path. */
  commandsOnPath(): Promise<string>;
  close(): Promise<void>;
}

/** `program` is a single binary; without it the built program on this Node. */
export async function makeCli(extra: Record<string, string> = {}, program?: string): Promise<Cli> {
  if (!existsSync(program ?? PROGRAM))
    throw new Error(`${program ?? PROGRAM} is not there: run \`npm run build\` first`);
  const command = program === undefined ? [process.execPath, PROGRAM] : [program];
  const home = await mkdtemp(join(tmpdir(), 'lecoder-cli-'));
  const python = dirname(process.env.LECODER_TEST_PYTHON ?? '');
  const config = join(home, 'config');
  const env: Record<string, string> = {
    ...pick(process.env, ['LANG', 'SystemRoot', 'LECODER_TEST_RUN']),
    PATH: `${python}${delimiter}${process.env.PATH ?? ''}`,
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    LECODER_CONFIG_DIR: config,
    LECODER_RUNTIME: 'local',
    ...extra,
  };
  const call = (args: readonly string[], options: CallOptions = {}) =>
    start([...command, ...args], { ...options, env: { ...env, ...options.env }, cwd: options.cwd ?? home });
  return {
    home,
    config,
    env,
    call,
    async json(args, options) {
      const { stdout, stderr } = await call(args, options);
      if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`stdout is not one JSON object:\n${stdout}\n${stderr}`);
      return JSON.parse(stdout);
    },
    async commandsOnPath() {
      const bin = join(home, 'bin');
      await mkdir(bin);
      const scripts = { 'lecoder-cgpu': PROGRAM, jq: join(process.cwd(), 'test', 'support', 'jq.mjs') };
      for (const [name, script] of Object.entries(scripts)) {
        await writeFile(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
      }
      return `${bin}${delimiter}${env.PATH}`;
    },
    async close() {
      await call(['sessions', 'close', '--all', '--force']);
      await call(['disconnect', '--all']);
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function start(
  [command = '', ...args]: readonly string[],
  { input = null, env = {}, cwd, watch, onStart }: CallOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env,
      cwd,
      stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    // Each signal once, however often the watcher asks: a second Ctrl-C means something else.
    const sent = new Set<NodeJS.Signals>();
    const signal = (name: NodeJS.Signals) => {
      if (!sent.has(name)) child.kill(name);
      sent.add(name);
    };
    onStart?.(signal);
    const tell = () =>
      watch?.({ stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }, signal);
    child.stdout?.on('data', chunk => {
      out.push(chunk);
      tell();
    });
    child.stderr?.on('data', chunk => {
      err.push(chunk);
      tell();
    });
    child.on('error', reject);
    child.on('close', code =>
      resolve({
        code,
        bytes: Buffer.concat(out),
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      }),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

function pick(source: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => (source[name] === undefined ? [] : [[name, source[name] as string]])),
  );
}
