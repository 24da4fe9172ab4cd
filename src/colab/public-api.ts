import { Failure } from '../core/failure.ts';
import type { MachineChoice } from '../core/runtime.ts';
import type { ClientDeps } from './client.ts';
import { type Call, exchange, whereOf } from './exchange.ts';
import { translated } from './wire/body.ts';
import { type Operation, OperationAnswer, type PublicMachine, PublicRuntime, PublicRuntimes } from './wire/public.ts';
import { asksForMemory } from './wire/vocabulary.ts';

/** Seconds; the service gives up a creation a little sooner. */
const WAIT_SECONDS = 200;
const WAITS = 3;
const VARIANTS = { cpu: 'VARIANT_CPU', gpu: 'VARIANT_GPU', tpu: 'VARIANT_TPU' } as const;

export type PublicApi = ReturnType<typeof publicApi>;

/** Colab's public API, where runtimes are resources. In beta, for accounts on a list: any call may be refused as `forbidden`. */
export function publicApi(deps: ClientDeps) {
  const call = (method: Call['method'], path: string, signal: AbortSignal, more: Partial<Call> = {}): Call => ({
    plane: deps.planes.publicApi,
    method,
    path,
    signal,
    retry: method === 'GET',
    optional: true,
    ...more,
  });
  const read = async <T extends Parameters<typeof translated>[0]>(schema: T, asked: Call) =>
    translated(schema, (await exchange(deps, asked)).text, whereOf(asked));

  async function settled(operation: Operation, signal: AbortSignal): Promise<Operation> {
    let now = operation;
    for (let waits = 0; !now.done && now.id !== null && waits < WAITS; waits += 1) {
      const path = `v1/operations/${encodeURIComponent(now.id)}:wait`;
      const query = { timeout: `${WAIT_SECONDS}s` };
      now = await read(OperationAnswer, call('GET', path, signal, { query, timeout: (WAIT_SECONDS + 15) * 1000 }));
    }
    if (now.done) return now;
    throw new Failure('connectionTimeout', 'Colab did not finish making the machine in time');
  }

  return {
    /** Makes a machine and waits for it. The same `requestId` gives the same machine, however often it is asked for. */
    async create(choice: MachineChoice, requestId: string, signal: AbortSignal): Promise<Operation> {
      const { variant, accelerator } = choice;
      const large = choice.highMemory || !asksForMemory(accelerator);
      const shape = large ? 'SHAPE_HIGHMEM' : 'SHAPE_STANDARD';
      const body = { runtimeSpec: { variant: VARIANTS[variant], accelerator: accelerator ?? 'NONE', shape } };
      const asked = call('POST', 'v1beta/runtimes', signal, { query: { requestId }, body, retry: true });
      return settled(await read(OperationAnswer, asked), signal);
    },

    list: (signal: AbortSignal): Promise<readonly PublicMachine[]> =>
      read(PublicRuntimes, call('GET', 'v1beta/runtimes', signal)),

    /** With a fresh way in; null when there is no such machine any more. */
    async get(runtimeId: string, signal: AbortSignal): Promise<PublicMachine | null> {
      const asked = call('GET', `v1beta/runtimes/${encodeURIComponent(runtimeId)}`, signal, { statuses: [404] });
      const answer = await exchange(deps, asked);
      return answer.status === 404 ? null : translated(PublicRuntime, answer.text, whereOf(asked));
    },

    async remove(runtimeId: string, signal: AbortSignal): Promise<void> {
      const path = `v1beta/runtimes/${encodeURIComponent(runtimeId)}`;
      await exchange(deps, call('DELETE', path, signal, { statuses: [404], retry: true }));
    },
  };
}
