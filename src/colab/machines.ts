import { isFailure } from '../core/failure.ts';
import type { AssignIntents, MachineChoice, Runtime } from '../core/runtime.ts';
import { choiceText } from './choices.ts';
import type { ColabClient } from './client.ts';
import type { PublicApi } from './public-api.ts';
import type { Assignment } from './wire/assignment.ts';

/** Milliseconds for which one listing serves all who ask. Long enough for one command's questions, no longer. */
const SHARED_FOR = 2000;

interface Parts {
  readonly client: ColabClient;
  readonly publicApi: PublicApi;
  readonly intents: Pick<AssignIntents, 'machines'>;
  monotonic(): number;
  /** Called with each new listing: it brings a way in to every machine. */
  onListed(machines: readonly Assignment[]): void;
}

/** The account's machines as the listing has them: the only thing that says that a machine is gone. */
export class Machines {
  readonly #parts: Parts;
  #shared: { readonly at: number; readonly answer: Promise<readonly Assignment[]> } | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What was listed a moment ago by somebody in this process, or listed now. */
  async list(signal: AbortSignal): Promise<readonly Assignment[]> {
    signal.throwIfAborted();
    const now = this.#parts.monotonic();
    if (this.#shared === null || now - this.#shared.at > SHARED_FOR) {
      // One caller's patience must not end what others wait for.
      const answer = listed(this.#parts, AbortSignal.timeout(30_000));
      this.#shared = { at: now, answer };
      answer.then(this.#parts.onListed, () => {
        if (this.#shared?.answer === answer) this.#shared = null;
      });
    }
    return untilAborted(this.#shared.answer, signal);
  }

  /** After a change of ours what was listed before is no longer true. */
  changed(): void {
    this.#shared = null;
  }

  async find(endpoint: string, signal: AbortSignal): Promise<Assignment | null> {
    return (await this.list(signal)).find(machine => machine.endpoint === endpoint) ?? null;
  }
}

/** The listing, and what the public API made of ours: that one alone can be sure to know. */
async function listed(parts: Parts, signal: AbortSignal): Promise<readonly Assignment[]> {
  const common = await commonListing(parts, signal);
  const missing = parts.intents
    .machines()
    .filter(({ id, runtimeId }) => runtimeId !== undefined && !common.some(({ endpoint }) => endpoint === id));
  const found = await Promise.all(missing.map(({ runtimeId = '' }) => parts.publicApi.get(runtimeId, signal)));
  return [...common, ...found.filter(machine => machine !== null)];
}

/** The older listing works for every account; the newer ones are for the day it does not. */
async function commonListing({ client, publicApi }: Parts, signal: AbortSignal): Promise<readonly Assignment[]> {
  try {
    return await client.list(signal);
  } catch (error) {
    if (!isFailure(error, 'apiUnavailable', 'forbidden')) throw error;
    const isThere = error.facts.retryable !== false;
    const instead = client
      .listByPrivateApi(signal)
      // It may lack what the others made, and so must not speak for them as long as they are there.
      .catch(reason => (isThere ? Promise.reject(reason) : publicApi.list(signal)));
    return instead.catch(() => {
      throw error;
    });
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Colab does not say when a machine was made; for those made here we know. */
export function runtimeOf({ endpoint, variant, accelerator }: Assignment, intents: AssignIntents): Runtime {
  const made = intents.machines().find(({ id }) => id === endpoint);
  return { id: endpoint, provider: 'colab', label: endpoint, variant, accelerator, createdAt: made?.at ?? null };
}

/** `gpu-t4-s-1 (T4)`: what stands under `billing`. */
export function billingText(machine: { readonly endpoint: string } & MachineChoice): string {
  return `${machine.endpoint} (${choiceText(machine)})`;
}
