import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface OracleAnswer {
  /** What nbformat makes of the notebook when it reads and writes it. */
  readonly written?: string;
  /** True, or what the validator says. */
  readonly valid?: true | string;
  readonly error?: string;
}

/** The real nbformat in a process of its own, asked one question after the other. */
export interface NbformatOracle {
  ask(texts: readonly string[]): Promise<OracleAnswer[]>;
  close(): void;
}

export function startNbformat(): NbformatOracle {
  const script = join(process.cwd(), 'test', 'support', 'nbformat-oracle.py');
  const child = spawn(process.env.LECODER_TEST_PYTHON ?? '', [script], {
    env: { ...process.env, PYTHONIOENCODING: 'utf-8', PYTHONWARNINGS: 'ignore' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(texts) {
      child.stdin.write(`${JSON.stringify(texts)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('nbformat has ended');
      return JSON.parse(value) as OracleAnswer[];
    },
    close: () => child.stdin.end(),
  };
}
