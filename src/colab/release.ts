import { isFailure } from '../core/failure.ts';
import { foreign, otherOwner } from './other-owner.ts';
import type { Colab } from './parts.ts';

/**
 * Gives a machine back. What is gone already counts as given back, and where Colab's answer says nothing the listing
 * decides. Throws what `exchange` throws.
 */
export async function release(colab: Colab, endpoint: string, signal: AbortSignal): Promise<void> {
  try {
    await giveUp(colab, endpoint, signal);
  } catch (error) {
    if (!isFailure(error, 'apiUnavailable', 'connectionTimeout')) throw error;
    colab.machines.changed();
    const there = await colab.machines.find(endpoint, signal).catch(() => 'unknown');
    if (there !== null) throw error;
  }
  colab.machines.changed();
  colab.minted.drop(endpoint);
  await colab.intents.forget(endpoint);
  await colab.doorways.drop('colab', endpoint);
}

/** A machine is given back to the API that made it. */
async function giveUp(colab: Colab, endpoint: string, signal: AbortSignal): Promise<void> {
  const runtimeId = colab.intents.machines().find(({ id }) => id === endpoint)?.runtimeId;
  if (runtimeId !== undefined) return colab.publicApi.remove(runtimeId, signal);
  if (await colab.client.unassign(endpoint, signal)) return;
  // What this account cannot see may run on all the same.
  const failure = foreign(endpoint, await otherOwner(colab, endpoint));
  if (failure !== null) throw failure;
  // One made elsewhere by the public API is unknown to the older one.
  const machines = await colab.publicApi.list(signal).catch(() => []);
  const stranger = machines.find(machine => machine.endpoint === endpoint);
  if (stranger !== undefined) await colab.publicApi.remove(stranger.runtimeId, signal);
}
