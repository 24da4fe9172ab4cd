import type { AssignIntent, RuntimeWish } from '../core/runtime.ts';
import { askPublicApi } from './ask-public.ts';
import { isAbsent } from './assign.ts';
import { choiceOf, fits, queryOf } from './choices.ts';
import type { Refused } from './client.ts';
import { accountOf, type Colab } from './parts.ts';
import { release } from './release.ts';
import type { Assignment, AssignState } from './wire/assignment.ts';

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
  // The cap on machines hides what the key has: asked again by the next command.
  if (state.kind === 'status' && state.status === 412) return;
  const found =
    state.kind === 'assigned' ? { machine: state.machine } : await byPublicApi(colab, intent, state, signal);
  if (found === null) return colab.intents.end(intent.key);
  const { machine, ...more } = found;
  const id = machine.endpoint;
  await colab.intents.made({ ...intent, ...more, id, choice: choiceOf(machine) });
  // The command did live to write it down, and was ended before it could take the note away.
  if (colab.inUse(id)) return colab.intents.settle(id);
  if (wish !== null && !wish.fresh && fits(wish, choiceOf(machine))) {
    await colab.report({ type: 'note', text: `taking over machine ${id}, which an interrupted command had asked for` });
    return;
  }
  await release(colab, id, signal);
  await colab.report({ type: 'note', text: `gave back machine ${id}, which an interrupted command had left running` });
}

/** Where the older endpoint is not there the public API gives the same machine to the same request. */
async function byPublicApi(
  colab: Colab,
  { key, choice }: AssignIntent,
  state: AssignState | Refused,
  signal: AbortSignal,
): Promise<{ machine: Assignment; runtimeId?: string } | null> {
  if (state.kind !== 'status' || !isAbsent(state)) return null;
  const answer = await askPublicApi(colab, { key, choice }, signal);
  if (answer === null || !('machine' in answer)) return null;
  const { machine, publicly } = answer;
  return { machine, ...(publicly === undefined ? {} : { runtimeId: publicly.runtimeId }) };
}
