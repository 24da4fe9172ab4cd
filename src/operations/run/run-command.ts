import type { CommandContext } from '../../core/command.ts';
import type { Mode } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { RunReport } from '../../core/run-report.ts';
import { type MachineInput, machineWish } from '../sessions/machine-wish.ts';
import { readSecrets } from './read-secrets.ts';
import { readEnv } from './run-env.ts';
import { runRemote } from './run-remote.ts';
import { readSource } from './run-source.ts';

export interface RunCommandInput extends MachineInput {
  readonly code: string | null;
  readonly mode: Mode;
  readonly file: string | null;
  readonly timeout?: number | undefined;
  readonly env: readonly string[];
  readonly envFile: string | null;
  readonly secret: readonly string[];
  readonly folder: string | null;
  readonly sync?: string | undefined;
  readonly tty: boolean;
  readonly outputDir: string | null;
  readonly receipt: boolean;
  readonly maxOutput: number | null;
}

/** What `run` and `kernel execute` do: settle where the code comes from and run it. */
export async function runCommand(input: RunCommandInput, context: CommandContext): Promise<RunReport> {
  const { services, report, signal } = context;
  const { host, settings } = services;
  if (input.file !== null && /\.ipynb$/i.test(input.file)) {
    const { runNotebookFile } = await import('../notebooks/run-notebook-file.ts');
    return runNotebookFile(input.file, input, context);
  }
  const source = await readSource({ words: input.code, file: input.file, mode: input.mode }, host);
  if (source.mode === 'kernel') refuseShellOptions(input);
  // Before a machine is sought for it.
  if (input.sync !== undefined) await (await import('../sync/sync-trees.ts')).localRoot(input.sync, false, host);
  const seconds = input.timeout ?? settings.timeout;
  return runRemote(
    {
      mode: source.mode,
      code: source.code,
      timeout: seconds === 0 ? null : seconds * 1000,
      env: await readEnv(input.env, input.envFile, host),
      secrets: await readSecrets(input.secret, host),
      session: { runtime: machineWish(input), name: null },
      folder: input.folder,
      ...(input.sync === undefined ? {} : { sync: input.sync }),
      terminal: input.tty,
      forwardInput: !source.fromStdin && !host.stdin.isTerminal,
      maxOutput: input.maxOutput,
      outputDir: input.outputDir,
      receipt: input.receipt,
    },
    services,
    report,
    signal,
  );
}

function refuseShellOptions(input: RunCommandInput): void {
  if (input.tty) throw new Failure('usage', '`--tty` is for shell commands, not for the kernel');
  if (input.folder !== null)
    throw new Failure('usage', '`--folder` is for shell commands, not for the kernel', {
      hints: ['use `%cd` in the code: the kernel stays in that folder'],
    });
}
