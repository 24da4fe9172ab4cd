import { isFailure } from '../core/failure.ts';
import type { MachineChoice } from '../core/runtime.ts';
import { unexpectedStatus } from '../http/as-account.ts';
import { askPublicApi } from './ask-public.ts';
import type { Refusal } from './assign-failures.ts';
import { queryOf } from './choices.ts';
import type { Refused } from './client.ts';
import { accountOf, type Colab } from './parts.ts';
import type { AssignAnswer, Assignment, AssignState } from './wire/assignment.ts';
import { notebookHash } from './wire/notebook-hash.ts';

export interface Given {
  readonly machine: Assignment;
  /** False when it was there before we asked. */
  readonly made: boolean;
  /** Its id at the public API when that made it, where it must be managed, and the key of that request. */
  readonly publicly?: { readonly key: string; readonly runtimeId: string };
}

/** Milliseconds before a request whose fate is not known, or that Colab could not serve, is looked into again. */
const PAUSES = [500, 2000];
const NEVER = new AbortController().signal;

/**
 * Asks once for one kind of machine: a GET that says whether the key has one already and gives a token, then the POST
 * that reserves and bills. What broke on the way is asked again from the GET on, under the same key, so that no machine
 * is made twice. Throws what `exchange` throws.
 */
export async function askFor(
  colab: Colab,
  { nbh, choice }: { readonly nbh: string; readonly choice: MachineChoice },
  signal: AbortSignal,
): Promise<Given | Refusal> {
  const query = queryOf(nbh, choice);
  const account = await accountOf(colab);
  let posted = false;
  for (let tried = 0; ; tried += 1) {
    const pause = PAUSES[tried];
    const state = await colab.client.assignState(query, signal);
    if (state.kind === 'assigned') return { machine: state.machine, made: posted };
    if (state.kind === 'status' && isAbsent(state)) {
      const answer = await askPublicApi(colab, { key: notebookHash(colab.host.uuid()), choice }, signal);
      if (answer !== null) return answer;
      throw unexpectedStatus(state.status, 'tun/m/assign');
    }
    if (state.kind === 'status') return refusalOf(colab, choice, state, signal);
    signal.throwIfAborted();
    await colab.intents.begin({ key: nbh, choice, account, at: colab.host.now().toISOString() });
    posted = true;
    try {
      const answer = await postedTo(colab, query, state, signal);
      if (answer.kind === 'assigned') return { machine: answer.machine, made: true };
      // Only a plain answer takes the note away: behind anything else there may be a machine.
      await colab.intents.end(nbh);
      if (answer.kind === 'refused') return { why: answer.outcome, choice };
      if (!isTransient(answer) || pause === undefined) return await refusalOf(colab, choice, answer, signal);
    } catch (error) {
      if (!isFailure(error, 'connectionTimeout') || pause === undefined) throw error;
    }
    await colab.host.sleep(pause, signal);
  }
}

/** The request goes to its end whatever happens here: only its answer tells what has to be given back. */
async function postedTo(
  colab: Colab,
  query: Parameters<Colab['client']['assign']>[0],
  { xsrf }: Extract<AssignState, { kind: 'free' }>,
  signal: AbortSignal,
): Promise<AssignAnswer | Refused> {
  const tell = () =>
    void colab.report({ type: 'note', text: 'waiting for the answer of Colab, so that no machine is left running' });
  signal.addEventListener('abort', tell, { once: true });
  try {
    return await colab.client.assign(query, xsrf, NEVER);
  } finally {
    signal.removeEventListener('abort', tell);
  }
}

/** The endpoint itself is not there (any more). */
export function isAbsent({ status }: Refused): boolean {
  return status === 404 || status === 410;
}

function isTransient({ status }: Refused): boolean {
  return status >= 500 && status !== 503;
}

/** What a status means; 412 is the cap on machines only when there are any. */
async function refusalOf(
  colab: Colab,
  choice: MachineChoice,
  { status }: Refused,
  signal: AbortSignal,
): Promise<Refusal> {
  if (status === 400) return { why: 'not-permitted', choice };
  if (status === 412) {
    const running = await colab.machines.list(signal);
    if (running.length > 0) {
      const account = await accountOf(colab);
      if (account !== null) await colab.intents.learnLimit(account, running.length);
      return { why: 'too-many', choice, running };
    }
  }
  return { why: 'no-capacity', choice };
}
