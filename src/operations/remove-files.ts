import type { CommandContext } from '../core/command.ts';
import { Failure } from '../core/failure.ts';
import { withFiles } from './open-files.ts';

export interface RemoveOrder {
  readonly paths: readonly string[];
  readonly recursive: boolean;
  /** Do not ask, and pass over what is not there. */
  readonly force: boolean;
}

/** Removes remote files; folders only after a yes. Throws `usage` where nobody can be asked. */
export async function removeFiles(
  { paths, recursive, force }: RemoveOrder,
  context: CommandContext,
): Promise<readonly string[]> {
  if (recursive && !force) await ask(paths, context);
  return withFiles(context, { connect: false }, files => files.remove(paths, { recursive, force }, context.signal));
}

async function ask(paths: readonly string[], { services: { host, flags }, signal }: CommandContext): Promise<void> {
  if (!host.stdin.isTerminal || !flags.input)
    throw new Failure('usage', '`files rm -r` asks first, and nobody can be asked here', {
      hints: ['`--force` removes without asking'],
    });
  const named = paths.map(path => JSON.stringify(path)).join(', ');
  const question = `Remove ${named} on the runtime, with all that is in it? [y/N] `;
  const answer = await host.stdin.readLine(question, { hidden: false, signal });
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new Failure('interrupted', 'nothing was removed');
}
