import type { Identity } from '../core/account.ts';
import type { Report } from '../core/events.ts';
import { isFailure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';
import type { AssignIntents, Doorway } from '../core/runtime.ts';
import type { DoorwayCache } from '../core/services.ts';
import type { ColabClient } from './client.ts';
import { doorwayOf } from './doorway.ts';
import type { Machines } from './machines.ts';
import type { PublicApi } from './public-api.ts';
import type { Assignment } from './wire/assignment.ts';
import type { ProxyInfo } from './wire/proxy.ts';

export type ColabHost = Pick<Host, 'fetch' | 'sleep' | 'now' | 'monotonic' | 'uuid'>;

export interface ColabDeps {
  readonly host: ColabHost;
  identity(): Promise<Identity>;
  readonly intents: AssignIntents;
  readonly doorways: Pick<DoorwayCache, 'get' | 'put' | 'drop'>;
  /** For what is found to do on the way: machines that an interrupted command had left. */
  readonly report: Report;
  /** Model when none is named; several between commas, in order of preference. */
  readonly defaultGpu: string;
  readonly emulator: URL | null;
  /** Whether a session of ours is on that machine. */
  inUse(endpoint: string): boolean;
}

/** What the provider's verbs share. */
export interface Colab extends ColabDeps {
  readonly client: ColabClient;
  readonly publicApi: PublicApi;
  readonly machines: Machines;
  readonly minted: Minted;
}

/** Milliseconds for which a token that Colab has just handed out needs no other. */
const JUST_NOW = 30_000;

/** Ways in that came along with an answer of this process's own: opening one right after costs no request. */
export class Minted {
  readonly #host: Pick<Host, 'now' | 'monotonic'>;
  readonly #emulated: boolean;
  readonly #kept = new Map<string, { readonly at: number; readonly doorway: Doorway }>();

  constructor(host: Pick<Host, 'now' | 'monotonic'>, emulated: boolean) {
    this.#host = host;
    this.#emulated = emulated;
  }

  keep(endpoint: string, proxy: ProxyInfo): Doorway {
    const doorway = doorwayOf(proxy, this.#host.now(), this.#emulated);
    this.#kept.set(endpoint, { at: this.#host.monotonic(), doorway });
    return doorway;
  }

  /** From a listing; an address that cannot be trusted is only an error when somebody wants to go there. */
  keepAll(machines: readonly Assignment[]): void {
    for (const { endpoint, proxy } of machines) {
      if (proxy !== null && this.recent(endpoint) === null) isolated(() => this.keep(endpoint, proxy));
    }
  }

  drop(endpoint: string): void {
    this.#kept.delete(endpoint);
  }

  recent(endpoint: string): Doorway | null {
    const kept = this.#kept.get(endpoint);
    if (kept === undefined || this.#host.monotonic() - kept.at > JUST_NOW) return null;
    const { doorway } = kept;
    return doorway.expires !== null && doorway.expires <= this.#host.now() ? null : doorway;
  }
}

function isolated(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
}

/** Keeps the way in that came with a machine, for this process and for later ones. */
export async function keepWayIn({ minted, doorways }: Colab, { endpoint, proxy }: Assignment): Promise<void> {
  if (proxy !== null) await doorways.put('colab', endpoint, minted.keep(endpoint, proxy));
}

/** The account's name, where it is known without asking. */
export async function accountOf({ identity }: Pick<Colab, 'identity'>): Promise<string | null> {
  return (await identity()).login()?.account?.id ?? null;
}
