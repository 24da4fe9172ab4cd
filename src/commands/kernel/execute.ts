import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { RunReport } from '../../core/run-report.ts';
import { runExitCode } from '../run.ts';

const Input = z.object({ code: z._default(z.nullable(z.string()), null), timeout: z.optional(z.number()) });

export const command: Command<z.infer<typeof Input>, RunReport> = {
  input: Input,
  run: async ({ code, timeout }, context) => {
    const { runCommand } = await import('../../operations/run/run-command.ts');
    const plain = {
      file: null,
      env: [],
      envFile: null,
      secret: [],
      receipt: true,
      folder: null,
      tty: false,
      outputDir: null,
      maxOutput: null,
    };
    const machine = { gpu: [], cpu: false, highMem: false, newRuntime: false, wait: 0, strict: false };
    return runCommand({ code, mode: 'kernel', timeout, ...plain, ...machine }, context);
  },
  view: () => '',
  exitCode: (output, _, context) => runExitCode(output, false, context),
};
