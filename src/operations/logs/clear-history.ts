import { Failure } from '../../core/failure.ts';
import type { Services } from '../../core/services.ts';

/**
 * Forgets all past runs, after asking on a terminal, and returns how many there were (none after a no). Throws a `usage` failure
 * where nobody can be asked.
 */
export async function clearHistory(
  confirmed: boolean,
  { host, history, flags }: Services,
  signal: AbortSignal,
): Promise<number> {
  if (!confirmed) {
    if (!flags.input || !host.stdin.isTerminal) {
      throw new Failure('usage', 'clearing the history needs a yes, and nobody can be asked here', {
        hints: ['say `lecoder-cgpu logs clear --confirm`'],
      });
    }
    const answer = await host.stdin.readLine('Forget all past runs? [y/N] ', { hidden: false, signal });
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) return 0;
  }
  return history.clear();
}
