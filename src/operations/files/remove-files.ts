import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import { withFiles } from './open-files.ts';

export interface RemoveOrder {
  readonly paths: readonly string[];
  readonly recursive: boolean;
  /** Do not ask, and pass over what is not there. */
  readonly force: boolean;
}

/** Removes remote files, folders only after a yes (after a no, nothing). Throws `usage` where nobody can be asked. */
export async function removeFiles(
  { paths, recursive, force }: RemoveOrder,
  context: CommandContext,
): Promise<readonly string[]> {
  if (recursive && !force && !(await agreed(paths, context))) return [];
  return withFiles(context, { connect: false }, files => files.remove(paths, { recursive, force }, context.signal));
}

async function agreed(paths: readonly string[], { services, signal }: CommandContext): Promise<boolean> {
  const { host, flags } = services;
  if (!host.stdin.isTerminal || !flags.input)
    throw new Failure('usage', '`files rm -r` asks first, and nobody can be asked here', {
      hints: ['`--force` removes without asking'],
    });
  const named = paths.map(path => JSON.stringify(path)).join(', ');
  const question = `Remove ${named} on the runtime, with all that is in it? [y/N] `;
  const answer = await host.stdin.readLine(question, { hidden: false, signal });
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}
