import type { Plan } from '../core/account.ts';
import { Failure, isFailure } from '../core/failure.ts';
import type { Doorway, Liveness, Runtime, RuntimeProvider } from '../core/runtime.ts';
import { acquire } from './acquire.ts';
import { colabClient } from './client.ts';
import { grant } from './grant.ts';
import { Machines, runtimeOf } from './machines.ts';
import { foreign, otherOwner } from './other-owner.ts';
import { accountOf, type Colab, type ColabDeps, Minted } from './parts.ts';
import { plan } from './plan.ts';
import { planesOf } from './planes.ts';
import { publicApi } from './public-api.ts';
import { recover } from './recover.ts';
import { release } from './release.ts';
import type { ProxyInfo } from './wire/proxy.ts';

/** Google Colab's machines. Make one per process: what one question learned the next need not ask again. */
export function colabProvider(deps: ColabDeps): RuntimeProvider {
  const planes = planesOf(deps.emulator);
  const client = colabClient({ ...deps, planes });
  const api = publicApi({ ...deps, planes });
  const minted = new Minted(deps.host, deps.emulator !== null);
  const machines = new Machines({
    client,
    publicApi: api,
    intents: deps.intents,
    monotonic: () => deps.host.monotonic(),
    onListed: listed => minted.keepAll(listed),
  });
  const colab: Colab = { ...deps, client, publicApi: api, machines, minted };
  return {
    name: 'colab',
    freesKernels: true,
    needsKeepAlive: true,
    acquire: (wish, report, signal) => acquire(colab, wish, report, signal),
    serves: runtime => runtime.provider === 'colab',
    list: signal => list(colab, signal),
    probe: (id, signal) => probe(colab, id, signal),
    open: (id, signal) => open(colab, id, signal),
    keepAlive: (id, signal) => keepAlive(colab, id, signal),
    async release(id, signal) {
      await release(colab, id, signal);
      return true;
    },
    grant: (endpoint, authtype, consent, signal) => grant(colab, { endpoint, authtype }, consent, signal),
    settled: id => deps.intents.settle(id),
    plan: signal => planOf(colab, signal),
    readings: async (id, signal) =>
      client.resources(deps.doorways.get('colab', id) ?? (await open(colab, id, signal)), signal),
  };
}

async function planOf(colab: Colab, signal: AbortSignal): Promise<Plan> {
  const known = await plan(colab.client, signal);
  const account = await accountOf(colab);
  const limit = account === null ? null : colab.intents.limit(account);
  // A plan may have grown since.
  return { ...known, limit: limit === null ? null : Math.max(limit, known.machines ?? 0) };
}

/** Nothing without an account: looking never signs in. */
async function list(colab: Colab, signal: AbortSignal): Promise<readonly Runtime[]> {
  if ((await colab.identity()).login() === null) return [];
  await recover(colab, signal);
  return (await colab.machines.list(signal)).map(machine => runtimeOf(machine, colab.intents));
}

/** By the listing alone. */
async function probe(colab: Colab, id: string, signal: AbortSignal): Promise<Liveness> {
  signal.throwIfAborted();
  if ((await colab.identity()).login() === null) return 'unknown';
  try {
    await recover(colab, signal);
    if ((await colab.machines.find(id, signal)) !== null) return 'alive';
    return (await otherOwner(colab, id)) === null ? 'gone' : 'unknown';
  } catch (error) {
    if (signal.aborted || !isFailure(error)) throw error;
    return 'unknown';
  }
}

/** A token that was just handed out, or a new one; a refusal to make one is looked into with the listing. */
async function open(colab: Colab, id: string, signal: AbortSignal): Promise<Doorway> {
  signal.throwIfAborted();
  const recent = colab.minted.recent(id);
  if (recent !== null) return recent;
  try {
    return colab.minted.keep(id, await freshProxy(colab, id, signal));
  } catch (error) {
    // A refusal is as likely a machine that is gone as an endpoint that is: the listing knows, and hands out tokens, too.
    if (!isFailure(error, 'apiUnavailable', 'forbidden') || error.facts.retryable === true) throw error;
    colab.machines.changed();
    const machine = await colab.machines.find(id, signal);
    if (machine === null) throw foreign(id, await otherOwner(colab, id)) ?? terminated(id);
    if (machine.proxy !== null) return colab.minted.keep(id, machine.proxy);
    const proxy = await colab.client.proxyTokenByPrivateApi(id, signal).catch(() => {
      throw error;
    });
    return colab.minted.keep(id, proxy);
  }
}

async function freshProxy(colab: Colab, id: string, signal: AbortSignal): Promise<ProxyInfo> {
  const runtimeId = colab.intents.machines().find(machine => machine.id === id)?.runtimeId;
  const machine = runtimeId === undefined ? null : await colab.publicApi.get(runtimeId, signal);
  return machine?.proxy ?? colab.client.proxyToken(id, signal);
}

async function keepAlive(colab: Colab, id: string, signal: AbortSignal): Promise<void> {
  if (await colab.client.keepAlive(id, signal)) return;
  colab.machines.changed();
  if ((await colab.machines.find(id, signal)) === null) throw terminated(id);
}

function terminated(id: string): Failure {
  return new Failure('runtimeTerminated', `Colab has ended machine ${id}`, {
    hints: [
      '`lecoder-cgpu connect --new-runtime` gets a new one; variables and files of the old one are gone',
      '`lecoder-cgpu sessions clean` forgets sessions whose machine is gone',
    ],
  });
}
