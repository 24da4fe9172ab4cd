import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
// @ts-expect-error the build script is plain JavaScript
import { build } from '../../scripts/build.mjs';

/** The program at a terminal: keys in, screen out. Needs no more than Python. */
export interface AtTerminal {
  /** All that was shown so far, escape sequences and all. */
  readonly shown: string;
  type(keys: string): void;
  /** Resolves with what has been shown since the last mark, up to and with this one. */
  sees(mark: string | RegExp, within?: number): Promise<string>;
  resize(columns: number, rows: number): void;
  signal(name: NodeJS.Signals): void;
  ended(): Promise<TerminalEnd>;
}

export interface TerminalEnd {
  readonly code: number;
  /** Whether the terminal's modes are what they were. */
  readonly restored: boolean;
  readonly before: string;
  readonly after: string;
}

let built: Promise<string> | null = null;
let folder: string | null = null;
// A worker is ended without its own exit being told, so whoever imports this tidies up.
afterAll(() => {
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
});

/** The bundle, built once for this test file. */
export function bundle(): Promise<string> {
  built ??= (async () => {
    folder = mkdtempSync(join(tmpdir(), 'lecoder-bundle-'));
    await build(join(folder, 'dist'));
    return join(folder, 'dist', 'lecoder-cgpu.cjs');
  })();
  return built;
}

export async function atTerminal(
  args: readonly string[],
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<AtTerminal> {
  return anyAtTerminal([process.execPath, await bundle(), ...args], { env, cwd });
}

/** Any program at a terminal. */
export async function anyAtTerminal(
  argv: readonly string[],
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<AtTerminal> {
  const relay = spawn(process.env.LECODER_TEST_PYTHON ?? 'python3', [
    join(process.cwd(), 'test', 'support', 'pty-relay.py'),
  ]);
  const tell = (order: object) => void relay.stdin.write(`${JSON.stringify(order)}\n`);
  relay.stdin.on('error', () => {}); // it may have ended
  tell({ argv, env: { TERM: 'xterm-256color', ...env }, cwd });
  let said = '';
  relay.stderr.on('data', text => {
    said += text;
  });
  return new Screen(relay, tell, () => said);
}

class Screen implements AtTerminal {
  shown = '';
  #seen = 0;
  #end: TerminalEnd | null = null;
  #changed = () => {};
  readonly #decoder = new TextDecoder();
  readonly #tell: (order: object) => void;
  readonly #complaints: () => string;

  constructor(relay: ReturnType<typeof spawn>, tell: (order: object) => void, complaints: () => string) {
    this.#tell = tell;
    this.#complaints = complaints;
    if (!relay.stdout) throw new Error('no stdout');
    createInterface({ input: relay.stdout }).on('line', line => {
      const news = JSON.parse(line);
      if ('out' in news) this.shown += this.#decoder.decode(Buffer.from(news.out, 'base64'), { stream: true });
      else this.#end = news;
      this.#changed();
    });
    relay.once('close', () => this.#changed());
  }

  type(keys: string): void {
    this.#tell({ keys });
  }

  resize(columns: number, rows: number): void {
    this.#tell({ size: [columns, rows] });
  }

  signal(name: NodeJS.Signals): void {
    this.#tell({ signal: name });
  }

  async sees(mark: string | RegExp, within = 30_000): Promise<string> {
    const find = () => {
      const rest = this.shown.slice(this.#seen);
      const found = typeof mark === 'string' ? rest.indexOf(mark) : rest.search(mark);
      if (found < 0) return null;
      const length = typeof mark === 'string' ? mark.length : (mark.exec(rest)?.[0].length ?? 0);
      this.#seen += found + length;
      return rest.slice(0, found + length);
    };
    return this.#until(find, `\`${mark}\` is not shown`, within);
  }

  ended(): Promise<TerminalEnd> {
    return this.#until(() => this.#end, 'the program has not ended', 30_000);
  }

  #until<T>(look: () => T | null, complaint: string, within: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(
          new Error(
            `${complaint} ${why}; after what was seen there stood:\n${JSON.stringify(this.shown.slice(this.#seen))}\n${this.#complaints()}`,
          ),
        );
      const timer = setTimeout(() => fail(`within ${within} ms`), within);
      const check = () => {
        const found = look();
        if (found === null && this.#end === null) return;
        clearTimeout(timer);
        if (found !== null) resolve(found);
        else fail('and the program has ended');
      };
      this.#changed = check;
      check();
    });
  }
}
