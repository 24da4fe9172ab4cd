import { isFailure } from '../core/failure.ts';
import type { Colab } from './parts.ts';

/**
 * Gives a machine back. What is gone already counts as given back, and where Colab's answer says nothing the listing
 * decides. Throws what `exchange` throws.
 */
export async function release(colab: Colab, endpoint: string, signal: AbortSignal): Promise<void> {
  try {
    await colab.client.unassign(endpoint, signal);
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
