import type { Report } from '../core/events.ts';
import { Failure, isFailure } from '../core/failure.ts';
import type { Doorway, Liveness, Runtime, RuntimeProvider, RuntimeWish } from '../core/runtime.ts';
import type { DoorwayCache } from '../core/services.ts';
import type { ServerSettings } from '../core/settings.ts';
import { ask } from '../http/request.ts';
import { type HubHost, hubAt, hubLiveness, hubUser } from './hub.ts';
import { labelOf, readAddress, type ServerAddress, userServer } from './provider-address.ts';
import { checkServer, doorwayAt, hasText } from './provider-check.ts';
import { ensureRunning } from './provider-spawn.ts';

export interface JupyterDeps {
  readonly host: HubHost;
  readonly server: ServerSettings;
  /** Where the access to servers of earlier invocations is kept. */
  readonly doorways: Pick<DoorwayCache, 'get' | 'put'>;
}

/** Any Jupyter server that somebody else runs, named by its address. Its machine is never made or freed from here. */
export function jupyterProvider(deps: JupyterDeps): RuntimeProvider {
  return {
    name: 'jupyter',
    acquire: (wish, report, signal) => acquire(deps, wish, report, signal),
    serves: runtime => runtime.provider === 'jupyter' && serves(deps, runtime.id),
    list: async () => {
      const address = configured(deps);
      return address === null || (address.hub !== null && address.hub.user === null) ? [] : [runtimeOf(address.base)];
    },
    probe: (id, signal) => probe(deps, id, signal),
    open: async id => open(deps, id),
    needsKeepAlive: false,
    keepAlive: async (id, signal) =>
      void (await ask(deps.host, open(deps, id), { method: 'GET', path: 'api', signal })),
    release: async () => false,
  };
}

async function acquire(deps: JupyterDeps, wish: RuntimeWish, report: Report, signal: AbortSignal) {
  const { host, server, doorways } = deps;
  const address = configured(deps);
  if (address === null) {
    throw new Failure('usage', 'no Jupyter server was named', {
      hints: ['Name it with `--server <address>` and `--token`, or in `JUPYTER_SERVER_URL` and `JUPYTER_TOKEN`'],
    });
  }
  await checkWish(wish, report);
  const token = address.token ?? server.token;
  const hub = address.hub ?? (await hubAt(host, address.base, signal));
  const user = hub === null ? null : (hub.user ?? (await hubUser(host, hub, token, signal)));
  let base = address.base;
  let fresh = false;
  if (hub !== null && user !== null) {
    base = userServer(hub, user);
    fresh = await ensureRunning(host, { place: hub, user, token }, report, signal);
  }
  const doorway = doorwayAt(base, token);
  await checkServer(host, doorway, signal);
  await doorways.put('jupyter', base.href, doorway);
  return { runtime: runtimeOf(base), fresh };
}

/** Says what a server that is there already cannot do of what was asked: a warning, or with `strict` a failure. */
async function checkWish(wish: RuntimeWish, report: Report): Promise<void> {
  const wanted = [
    ...(wish.variant === 'gpu' || wish.accelerators.length > 0 ? ['a GPU'] : []),
    ...(wish.variant === 'tpu' ? ['a TPU'] : []),
    ...(wish.highMemory ? ['more memory'] : []),
    ...(wish.fresh ? ['a new machine'] : []),
  ];
  if (wanted.length === 0) return;
  const text = `a Jupyter server cannot be asked for ${wanted.join(' or ')}: it runs on what it has`;
  if (wish.strict)
    throw new Failure('runtimeUnavailable', text, {
      retryable: false,
      hints: ['Leave out `--strict` to run with what there is'],
    });
  await report({ type: 'warning', text });
}

async function probe(deps: JupyterDeps, id: string, signal: AbortSignal): Promise<Liveness> {
  const doorway = open(deps, id);
  const { hub } = readAddress(id);
  try {
    if (hub?.user) return await hubLiveness(deps.host, { place: hub, user: hub.user, token: tokenOf(doorway) }, signal);
    const answer = await ask(deps.host, doorway, {
      method: 'GET',
      path: 'api',
      signal,
      timeout: 8000,
      retry: false,
    });
    return hasText(answer.json(), 'version') ? 'alive' : 'unknown';
  } catch (error) {
    if (signal.aborted || !isFailure(error)) throw error;
    return 'unknown';
  }
}

/** No request: the settings' token for the server they mean, else the access an earlier invocation left. */
function open(deps: JupyterDeps, id: string): Doorway {
  const address = configured(deps);
  // A token is for the server it was given with: it never goes to another one.
  const token = serves(deps, id) ? (address?.token ?? deps.server.token) : null;
  if (address !== null && token !== null) return doorwayAt(new URL(id), token);
  return deps.doorways.get('jupyter', id) ?? doorwayAt(new URL(id), token);
}

function serves(deps: JupyterDeps, id: string): boolean {
  const address = configured(deps);
  if (address === null || address.base.href === id) return true;
  const root = address.hub === null ? new URL('hub/', address.base) : address.hub.root;
  // An address that names no user means any server of that hub: the token says whose.
  return (address.hub?.user ?? null) === null && readAddress(id).hub?.root.href === root.href;
}

function configured({ server }: Pick<JupyterDeps, 'server'>): ServerAddress | null {
  return server.url === null || server.url.trim() === '' ? null : readAddress(server.url);
}

function tokenOf(doorway: Doorway): string | null {
  return doorway.headers.Authorization?.replace(/^token /, '') ?? null;
}

function runtimeOf(base: URL): Runtime {
  return {
    id: base.href,
    provider: 'jupyter',
    label: labelOf(base),
    variant: 'cpu',
    accelerator: null,
    createdAt: null,
  };
}
