import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ColabDeps } from '../../../src/colab/parts.ts';
import { colabProvider } from '../../../src/colab/provider.ts';
import type { Event } from '../../../src/core/events.ts';
import { ANY_MACHINE, type RuntimeProvider, type RuntimeWish } from '../../../src/core/runtime.ts';
import { assignIntents } from '../../../src/store/assign-intents.ts';
import { locks } from '../../../src/store/lock.ts';
import { collected, doorwaysInMemory } from '../../support/provider-events.ts';
import { type TestHost, testHost } from '../../support/test-host.ts';

/** What the far end says: a body for a 200, a status, or both; `cut` breaks the connection. */
export type Answer =
  | { readonly status?: number; readonly body?: unknown; readonly text?: string; readonly type?: string }
  | 'cut';

export interface Scripted {
  readonly provider: RuntimeProvider;
  readonly host: { -readonly [Key in keyof TestHost]: TestHost[Key] };
  readonly intents: ColabDeps['intents'];
  readonly doorways: ColabDeps['doorways'];
  /** `POST /tun/m/assign?accelerator=T4&nbh=…`, in order, without `authuser`. */
  readonly requests: string[];
  readonly headers: Headers[];
  readonly events: Event[];
  /** A token each time one had to be made anew. */
  readonly renewals: number[];
  /** What stands on disk. */
  noted(): { readonly intents: readonly unknown[]; readonly machines: readonly unknown[] };
  /** Makes what stands on disk that of a process that has ended. */
  disown(): void;
  /** The provider over the host's present `fetch`. */
  fresh(): RuntimeProvider;
  /** Another provider as a later process would have it. */
  later(): RuntimeProvider;
}

export const WISH: RuntimeWish = ANY_MACHINE;

export const PROXY = { token: 'proxy-1', tokenExpiresInSeconds: 3600, url: 'https://8080-m-s-1.prod.colab.dev' };
export const T4 = { endpoint: 'gpu-t4-1', accelerator: 'T4', variant: 1, runtimeProxyInfo: PROXY, outcome: 4 };
export const FREE = { body: { acc: 'T4', nbh: 'n', p: false, token: 'xsrf-1', variant: 'GPU' } };

/** The provider before a far end that answers by a script: for each `METHOD /path` its answers in turn, the last for ever. */
export function scripted(
  script: Readonly<Record<string, readonly Answer[]>>,
  extra: Partial<ColabDeps> = {},
): Scripted {
  const requests: string[] = [];
  const headers: Headers[] = [];
  const renewals: number[] = [];
  const used = new Map<string, number>();
  const fetch = async (url: URL, init: RequestInit): Promise<Response> => {
    const name = `${init.method} ${url.pathname}`;
    url.searchParams.delete('authuser');
    url.searchParams.sort();
    requests.push(`${name}${url.search}`);
    headers.push(new Headers(init.headers));
    const answers = script[name];
    if (answers === undefined) return new Response('{}', { status: 404 });
    const turn = used.get(name) ?? 0;
    used.set(name, turn + 1);
    return respond(answers[Math.min(turn, answers.length - 1)] ?? {});
  };
  const host = testHost({ fetch });
  const { events, report } = collected();
  const identity = async () => ({
    login: () => ({
      account: { id: 'ada@example.com', label: 'Ada' },
      scopes: [],
      source: 'session' as const,
      tokenExpires: null,
    }),
    accessToken: async (_: AbortSignal, options?: { readonly fresh: boolean }) => {
      if (options?.fresh) renewals.push(renewals.length + 1);
      return `google-${renewals.length}`;
    },
    require: () => {},
    account: async () => null,
  });
  const path = join(host.folder, 'state', 'assign-intents.json');
  const intents = assignIntents({
    path,
    host,
    locks: locks(host, join(host.folder, 'state')),
    warn: text => events.push({ type: 'warning', text }),
  });
  const doorways = doorwaysInMemory();
  const quick = { ...host, sleep: async () => {} };
  const deps = {
    host: quick,
    identity,
    intents,
    doorways,
    report,
    defaultGpu: 'T4',
    emulator: null,
    inUse: () => false,
    ...extra,
  };
  const noted = () => {
    const { intents: left = [], machines = [] } = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    return { intents: left, machines };
  };
  const later = () => colabProvider(deps);
  const fresh = () => colabProvider({ ...deps, host: { ...quick, fetch: host.fetch } });
  const disown = () => {
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replaceAll(/"started": ("\d+"|null)/g, '"started": "1"').replaceAll(/"pid": \d+/g, '"pid": 999999999'),
    );
  };
  return {
    provider: later(),
    host,
    intents,
    doorways,
    requests,
    headers,
    events,
    renewals,
    noted,
    disown,
    fresh,
    later,
  };
}

function respond(answer: Answer): Response {
  if (answer === 'cut')
    throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) });
  const { status = 200, body, text, type = 'application/json' } = answer;
  const content = text ?? (body === undefined ? '' : `)]}'\n${JSON.stringify(body)}`);
  return new Response([204, 304].includes(status) ? null : content, { status, headers: { 'content-type': type } });
}
