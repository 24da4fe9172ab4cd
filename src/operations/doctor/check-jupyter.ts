import type { ProbeAnswer, Probes } from '../../core/doctor.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { Doorway } from '../../core/runtime.ts';
import { type ClockReading, readClock } from './check-google.ts';
import { type Finding, failed, ok } from './finding.ts';

export interface JupyterAnswer {
  readonly finding: Finding;
  readonly clock: ClockReading | null;
}

interface Parts {
  readonly probes: Probes;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/** What the Jupyter server has: version, kernels, files, terminals. */
export async function askJupyter(doorway: Doorway, { probes, host, signal }: Parts): Promise<JupyterAnswer> {
  const get = (path: string) => probes.get(new URL(path, doorway.http), doorway.headers, signal);
  const asked = host.now().getTime();
  const api = await get('api');
  const clock = readClock(doorway.http, api, (asked + host.now().getTime()) / 2);
  const [specs, contents, terminals] = await Promise.all([
    get('api/kernelspecs'),
    get('api/contents?content=0'),
    get('api/terminals'),
  ]);
  const version = fieldOf(api, 'version');
  const kernels = kernelsOf(specs);
  const facts = {
    url: `${doorway.http.origin}${doorway.http.pathname}`,
    version: typeof version === 'string' ? version : null,
    defaultKernel: fieldOf(specs, 'default') ?? null,
    kernels,
    contents: contents.status,
    terminals: terminals.status,
    status: { api: api.status, kernelspecs: specs.status },
  };
  return { finding: judge(doorway, facts), clock };
}

interface Facts {
  readonly [name: string]: unknown;
  readonly version: string | null;
  readonly kernels: readonly string[];
  readonly contents: number;
  readonly terminals: number;
  readonly status: { readonly api: number; readonly kernelspecs: number };
}

function judge({ http }: Doorway, facts: Facts): Finding {
  const { version, kernels, status } = facts;
  if ([status.api, status.kernelspecs].some(each => each === 401 || each === 403)) {
    const hints = [
      'give the right token with `--token`, or in `JUPYTER_TOKEN`; `jupyter server list` shows it',
      'for a machine of Colab: `lecoder-cgpu connect` asks for a new way in',
    ];
    return failed(new Failure('invalidCredentials', `${http.host} does not accept the token`, { hints }), facts);
  }
  const worst = Math.max(status.api, status.kernelspecs);
  if (worst >= 500) return failed(new Failure('apiUnavailable', `${http.host} answered ${worst}`), facts);
  if (version === null) {
    const hints = ['check the address, its path included'];
    return failed(new Failure('usage', `${http.host} answers, but not as a Jupyter server does`, { hints }), facts);
  }
  if (kernels.length === 0) {
    const hints = ['`python -m pip install ipykernel` where the server runs adds one'];
    const failure = new Failure('runtimeUnavailable', `the server at ${http.host} has no kernels`, { hints });
    return failed(failure, facts);
  }
  const lacks = [
    ...(facts.contents < 300 ? [] : ['no contents API']),
    ...(facts.terminals < 300 ? [] : ['no terminals']),
  ];
  const less = lacks.length === 0 ? '' : `; ${lacks.join(', ')}, which only costs other ways to files and shells`;
  return ok(`jupyter_server ${version}, kernels: ${kernels.join(', ')}${less}`, facts);
}

function kernelsOf(answer: ProbeAnswer): string[] {
  const specs = fieldOf(answer, 'kernelspecs');
  return typeof specs === 'object' && specs !== null ? Object.keys(specs).slice(0, 20) : [];
}

function fieldOf({ text }: ProbeAnswer, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
