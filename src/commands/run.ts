import * as z from 'zod/mini';
import type { Command, CommandContext } from '../core/command.ts';
import type { RunReport } from '../core/run-report.ts';
import { MACHINE_INPUT } from '../operations/sessions/machine-wish.ts';

const Input = z.object({
  code: z.nullable(z.string()),
  mode: z.enum(['terminal', 'kernel']),
  file: z._default(z.nullable(z.string()), null),
  /** Seconds. */
  timeout: z.optional(z.number()),
  env: z._default(z.array(z.string()), []),
  envFile: z._default(z.nullable(z.string()), null),
  secret: z._default(z.array(z.string()), []),
  ...MACHINE_INPUT,
  folder: z._default(z.nullable(z.string()), null),
  sync: z.optional(z.string()),
  tty: z._default(z.boolean(), false),
  outputDir: z._default(z.nullable(z.string()), null),
  maxOutput: z._default(z.nullable(z.number()), null),
  receipt: z._default(z.boolean(), true),
  propagateExitCode: z._default(z.boolean(), false),
});
export type RunInput = z.infer<typeof Input>;

export const command: Command<RunInput, RunReport> = {
  input: Input,
  run: async (input, context) => (await import('../operations/run/run-command.ts')).runCommand(input, context),
  view: () => '',
  exitCode: (output, input, context) => runExitCode(output, input.propagateExitCode, context),
};

/** The contract's code for what happened, or the remote status itself where the user asked for that. */
export function runExitCode(output: RunReport, propagate: boolean, { services }: CommandContext): number {
  if (propagate || services.settings.propagateExitCode) return output.exitCode;
  return output.error?.exit ?? 0;
}
