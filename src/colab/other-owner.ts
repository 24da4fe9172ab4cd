import { Failure } from '../core/failure.ts';
import { accountOf, type Colab } from './parts.ts';

/** The account a machine was made with, when that is not the one that is signed in: its listing knows nothing of it. */
export async function otherOwner(colab: Colab, id: string): Promise<string | null> {
  const owner = colab.intents.machines().find(machine => machine.id === id)?.account ?? null;
  const account = owner === null ? null : await accountOf(colab);
  return account === null || account === owner ? null : owner;
}

/** The failure for such a machine; null when it is nobody else's. */
export function foreign(id: string, owner: string | null): Failure | null {
  if (owner === null) return null;
  return new Failure('forbidden', `machine ${id} was made with the account ${owner}, which is not the one signed in`, {
    hints: ['`lecoder-cgpu auth login --select-account` signs in with another account'],
  });
}
