import { Failure, isFailure } from '../core/failure.ts';
import type { MachineChoice } from '../core/runtime.ts';
import type { Given } from './assign.ts';
import type { Refusal } from './assign-failures.ts';
import { accountOf, type Colab } from './parts.ts';
import { refusalIn } from './wire/public.ts';

const NEVER = new AbortController().signal;

/**
 * Asks the public API for a machine, for the day the older endpoint is not there. Null when it does not serve this
 * account. The request id is the key's own: asking again with that key gives the same machine, or the same refusal.
 */
export async function askPublicApi(
  colab: Colab,
  { key, choice }: { readonly key: string; readonly choice: MachineChoice },
  signal: AbortSignal,
): Promise<Given | Refusal | null> {
  signal.throwIfAborted();
  const at = colab.host.now().toISOString();
  await colab.intents.begin({ key, choice, account: await accountOf(colab), at });
  try {
    const { error, machine } = await colab.publicApi.create(choice, requestIdOf(key), NEVER);
    if (machine !== null) return { machine, made: true, publicly: { key, runtimeId: machine.runtimeId } };
    await colab.intents.end(key);
    const why = error === null ? 'none' : refusalIn(error);
    if (why === null) throw new Failure('apiUnavailable', `Colab could not make the machine (code ${error?.code})`);
    if (why === 'too-many') return { why, choice, running: await colab.machines.list(signal) };
    return { why, choice };
  } catch (error) {
    if (!isFailure(error, 'forbidden', 'insufficientScopes', 'invalidCredentials')) throw error;
    await colab.intents.end(key);
    return null;
  }
}

/** A UUID: the key without its padding. */
function requestIdOf(key: string): string {
  return key.slice(0, 36).replaceAll('_', '-');
}
