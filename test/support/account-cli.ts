import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON object on stdout. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  readonly json: any;
}

export interface StartOptions {
  readonly env?: Record<string, string>;
  /** Null keeps stdin open and empty. */
  readonly input?: string | null;
  /** Called with all of stderr so far, and the process to act upon. */
  readonly onStderr?: (text: string, running: Running) => void;
}

export interface Running {
  signal(name: NodeJS.Signals): void;
  /** Writes to its stdin, which stays open. */
  type(text: string): void;
}

/** The built program with a home of its own, which signs in at the given origin. */
export interface AccountCli {
  readonly home: string;
  /** Folder of the emulator's profile. */
  readonly profile: string;
  start(args: readonly string[], options?: StartOptions): Promise<Ended>;
  /** The same at a terminal: each text is typed when its mark has been shown. */
  atTerminal(
    args: readonly string[],
    answers: readonly (readonly [mark: string, text: string])[],
    env?: Record<string, string>,
  ): Promise<Shown>;
  /** A program that opens an address as a browser would, for `BROWSER`. */
  browser(): string;
  close(): void;
}

export interface Shown {
  /** All that stood on the terminal. */
  readonly shown: string;
  readonly code: number;
}

const PROGRAM = join(process.cwd(), 'dist', 'lecoder-cgpu.cjs');

export async function accountCli(origin: string): Promise<AccountCli> {
  const home = mkdtempSync(join(tmpdir(), 'lecoder-account-'));
  const config = join(home, 'config');
  const base = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LECODER_CONFIG_DIR: config,
    XDG_DATA_HOME: join(home, 'data'),
    LECODER_EMULATOR: origin,
    ...(process.env.LECODER_TEST_RUN === undefined ? {} : { LECODER_TEST_RUN: process.env.LECODER_TEST_RUN }),
  };
  return {
    home,
    profile: join(config, 'profiles', 'emulator'),
    start: (args, options = {}) => run([PROGRAM, ...args], base, home, options),
    async atTerminal(args, answers, env = {}) {
      const typist = join(process.cwd(), 'test', 'support', 'typist.py');
      const terminal = { ...base, TERM: 'xterm', ...env };
      const order = { argv: [process.execPath, PROGRAM, ...args], env: terminal, cwd: home, answers };
      const child = spawn(process.env.LECODER_TEST_PYTHON ?? 'python3', [typist]);
      child.stdin.end(JSON.stringify(order));
      let said = '';
      for await (const chunk of child.stdout) said += chunk;
      return JSON.parse(said);
    },
    browser() {
      const script = join(home, 'browser.cjs');
      writeFileSync(
        script,
        "fetch(process.argv[2]).then(r => r.text()).then(t => require('fs').writeFileSync(__dirname + '/page.html', t), () => {});",
      );
      const opener = join(home, 'browser');
      writeFileSync(opener, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$1"\n`);
      chmodSync(opener, 0o755);
      return opener;
    },
    close: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function run(
  args: readonly string[],
  base: Record<string, string>,
  cwd: string,
  { env = {}, input = '', onStderr }: StartOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...base, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
      onStderr?.(stderr, { signal: name => void child.kill(name), type: text => void child.stdin.write(text) });
    });
    child.stdin.on('error', () => {});
    if (input !== null) child.stdin.end(input);
    child.once('error', reject);
    child.once('close', code =>
      resolve({
        code,
        stdout,
        stderr,
        get json() {
          if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`stdout is not one JSON object:\n${stdout}\n${stderr}`);
          return JSON.parse(stdout);
        },
      }),
    );
  });
}
