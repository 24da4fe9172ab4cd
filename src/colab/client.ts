import type { Plan } from '../core/account.ts';
import type { Readings } from '../core/execution.ts';
import { isFailure } from '../core/failure.ts';
import type { Doorway } from '../core/runtime.ts';
import { ask } from '../http/request.ts';
import { type Call, type ExchangeDeps, exchange, whereOf } from './exchange.ts';
import { HEADERS, THROUGH_TUNNEL } from './headers.ts';
import type { Planes } from './planes.ts';
import {
  type AssignAnswer,
  AssignGetAnswer,
  type Assignment,
  AssignPostAnswer,
  type AssignState,
  ExperimentsAnswer,
  ListAnswer,
  PropagationAnswer,
  XsrfAnswer,
} from './wire/assignment.ts';
import { translated } from './wire/body.ts';
import { CcuInfo, SubscriptionAnswer, UserInfo } from './wire/plan.ts';
import { ProxyAnswer, type ProxyInfo } from './wire/proxy.ts';
import { ResourcesAnswer } from './wire/resources.ts';

export interface ClientDeps extends ExchangeDeps {
  readonly planes: Planes;
}

/** Milliseconds. A machine may take long to be found; everything else answers quickly. */
const ASSIGN_TIMEOUT = 120_000;
/** The tunnel notes the time and passes the ping on to the machine, which often never answers. */
const PING_TIMEOUT = 12_000;
const READINGS_TIMEOUT = 3000;
/** For what we can do without. */
const OPTIONAL_TIMEOUT = 5000;

/** What names the machine wanted in an assign; the same for its GET and its POST. */
export interface AssignQuery {
  readonly nbh: string;
  readonly variant?: 'GPU' | 'TPU';
  readonly accelerator?: string;
  readonly shape?: 'hm';
  readonly runtime_version_label?: string;
}

/** The status with which there was no machine. */
export interface Refused {
  readonly kind: 'status';
  readonly status: number;
}

export interface PropagationWish {
  readonly endpoint: string;
  readonly authtype: 'dfs_ephemeral' | 'auth_user_ephemeral';
  /** Only asks whether it would work, and where consent is given if not. */
  readonly dryRun: boolean;
}

export type ColabClient = ReturnType<typeof colabClient>;

/** Colab's endpoints, one method each. Addresses, headers and shapes are known here and in `wire/`, nowhere else. */
export function colabClient(deps: ClientDeps) {
  const { session, privateApi, publicApi } = deps.planes;
  const front = (call: Omit<Call, 'plane'>): Call => ({
    ...call,
    plane: session,
    query: { ...call.query, authuser: '0' },
  });
  const api = (path: string, signal: AbortSignal, query: Record<string, string> = {}): Call => ({
    plane: privateApi,
    method: 'GET',
    path,
    query,
    signal,
    timeout: OPTIONAL_TIMEOUT,
    retry: false,
    optional: true,
  });
  const read = async <T extends Parameters<typeof translated>[0]>(schema: T, call: Call) =>
    translated(schema, (await exchange(deps, call)).text, whereOf(call));
  /** The token for one POST, by a GET of the very same address. */
  const xsrf = (call: Omit<Call, 'plane' | 'method'>) => read(XsrfAnswer, front({ ...call, method: 'GET' }));
  const posted = (call: Omit<Call, 'plane' | 'method'>, token: string): Call =>
    front({ ...call, method: 'POST', headers: { [HEADERS.xsrf]: token } });

  return {
    /** What is assigned under that key, or the token to ask with. Reserves nothing. */
    async assignState(query: AssignQuery, signal: AbortSignal): Promise<AssignState | Refused> {
      const call = front({ method: 'GET', path: 'tun/m/assign', query: { ...query }, signal });
      const answer = await exchange(deps, { ...call, statuses: [400, 404, 410, 412] });
      if (answer.status >= 300) return { kind: 'status', status: answer.status };
      return translated(AssignGetAnswer, answer.text, whereOf(call));
    },

    /** Reserves a machine, which costs from then on. Never repeated by itself: ask `assignState` first. */
    async assign(query: AssignQuery, token: string, signal: AbortSignal): Promise<AssignAnswer | Refused> {
      const call: Call = {
        ...posted({ path: 'tun/m/assign', query: { ...query }, signal, timeout: ASSIGN_TIMEOUT }, token),
        statuses: [400, 412, 500, 502, 503, 504],
        retry: false,
      };
      const answer = await exchange(deps, call);
      if (answer.status >= 300) return { kind: 'status', status: answer.status };
      return translated(AssignPostAnswer, answer.text, whereOf(call));
    },

    /** False when Colab has no such machine any more. */
    async unassign(endpoint: string, signal: AbortSignal): Promise<boolean> {
      const call = { path: `tun/m/unassign/${encodeURIComponent(endpoint)}`, signal };
      const first = await exchange(deps, { ...front({ ...call, method: 'GET' }), statuses: [404] });
      if (first.status === 404) return false;
      const token = translated(XsrfAnswer, first.text, whereOf({ plane: session, path: call.path }));
      const second = await exchange(deps, { ...posted(call, token), statuses: [404], retry: true });
      return second.status !== 404;
    },

    /** Every machine of the account, with a fresh token for each. Needs no entitlement. */
    list: (signal: AbortSignal): Promise<readonly Assignment[]> =>
      read(ListAnswer, front({ method: 'GET', path: 'tun/m/assignments', signal })),

    listByPrivateApi: (signal: AbortSignal): Promise<readonly Assignment[]> =>
      read(ListAnswer, api('v1/assignments', signal)),

    /** Tells Colab that somebody is there. False when it says that there is no such machine. */
    async keepAlive(endpoint: string, signal: AbortSignal): Promise<boolean> {
      const path = `tun/m/${encodeURIComponent(endpoint)}/keep-alive/`;
      // A token that cannot be had in time must not pass for a machine that does not answer.
      await (await deps.identity()).accessToken(signal);
      const ping = { method: 'GET' as const, path, headers: THROUGH_TUNNEL, signal };
      try {
        const call = { ...front(ping), timeout: PING_TIMEOUT, statuses: [404], retry: false };
        return (await exchange(deps, call)).status !== 404;
      } catch (error) {
        if (isSilence(error)) return true;
        throw error;
      }
    },

    proxyToken: (endpoint: string, signal: AbortSignal): Promise<ProxyInfo> =>
      read(
        ProxyAnswer,
        front({
          method: 'GET',
          path: 'tun/m/runtime-proxy-token',
          query: { endpoint, port: '8080' },
          headers: THROUGH_TUNNEL,
          signal,
        }),
      ),

    proxyTokenByPrivateApi: (endpoint: string, signal: AbortSignal): Promise<ProxyInfo> =>
      read(ProxyAnswer, api('v1/runtime-proxy-token', signal, { endpoint, port: '8080' })),

    ccuInfo: (signal: AbortSignal): Promise<Plan> =>
      read(CcuInfo, front({ method: 'GET', path: 'tun/m/ccu-info', signal })),

    userInfo: (signal: AbortSignal): Promise<Plan> =>
      read(UserInfo, api('v1/user-info', signal, { get_ccu_consumption_info: 'true' })),

    /** The tier alone. */
    subscription: (signal: AbortSignal): Promise<Plan['tier']> =>
      read(SubscriptionAnswer, { ...api('v1beta/subscription', signal), plane: publicApi }),

    experiments: (signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> =>
      read(ExperimentsAnswer, front({ method: 'GET', path: 'vscode/experiment-state', signal })),

    /** Lends the account's credentials to the machine, for Drive or for the user's own code. */
    async propagate(wish: PropagationWish, signal: AbortSignal) {
      const query = {
        authtype: wish.authtype,
        version: '2',
        dryrun: String(wish.dryRun),
        propagate: 'true',
        record: 'false',
      };
      const call = { path: `tun/m/credentials-propagation/${encodeURIComponent(wish.endpoint)}`, query, signal };
      return read(PropagationAnswer, posted(call, await xsrf(call)));
    },

    /** Readings of the machine by its own server: the proxy's token goes there, the account's never. */
    async resources(doorway: Doorway, signal: AbortSignal): Promise<Readings> {
      const path = 'api/colab/resources';
      const request = { method: 'GET' as const, path, signal, timeout: READINGS_TIMEOUT, retry: false };
      const answer = await ask(deps.host, doorway, request);
      return translated(ResourcesAnswer, answer.text, `${doorway.http.host}/${path}`);
    },
  };
}

/** Connected, asked, and no answer in time: what breaks below HTTP has a cause, this has none. */
function isSilence(error: unknown): boolean {
  return isFailure(error, 'connectionTimeout') && error.cause === undefined;
}
