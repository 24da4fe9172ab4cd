import type { AssignIntent, RuntimeWish } from '../core/runtime.ts';
import { choiceOf, fits, queryOf } from './choices.ts';
import { accountOf, type Colab } from './parts.ts';
import { release } from './release.ts';

/**
 * Looks after machines that a command asked for and did not live to write down: one that fits the wish is kept for it,
 * any other is given back. Costs a small file read when there is nothing to do. What cannot be settled now stays noted.
 */
export async function recover(colab: Colab, signal: AbortSignal, wish: RuntimeWish | null = null): Promise<void> {
  if (!colab.intents.hasLeft()) return;
  const account = await accountOf(colab);
  for (const intent of await colab.intents.claimLeft()) {
    // Another account's machine can be neither seen nor freed with this one's token.
    if (intent.account !== null && account !== null && intent.account !== account) continue;
    await settleLeft(colab, intent, { wish, signal }).catch(error => {
      if (signal.aborted) throw error;
    });
  }
}

async function settleLeft(
  colab: Colab,
  intent: AssignIntent,
  { wish, signal }: { readonly wish: RuntimeWish | null; readonly signal: AbortSignal },
): Promise<void> {
  const state = await colab.client.assignState(queryOf(intent.key, intent.choice), signal);
  if (state.kind !== 'assigned') return colab.intents.end(intent.key);
  const { machine } = state;
  const id = machine.endpoint;
  await colab.intents.made({ ...intent, id, choice: choiceOf(machine) });
  if (wish !== null && !wish.fresh && fits(wish, choiceOf(machine))) {
    await colab.report({ type: 'note', text: `taking over machine ${id}, which an interrupted command had asked for` });
    return;
  }
  await release(colab, id, signal);
  await colab.report({ type: 'note', text: `gave back machine ${id}, which an interrupted command had left running` });
}
